/** The same archive, unpacked at once or as a stream, is the same tree; what is not as promised is refused both ways. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unpackedAtOnceBytesMax } from "../limits.ts";
import { receiveCode } from "./receive.ts";
import { unpackWhole } from "./whole.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "kambda-whole-"));
});
afterAll(() => rmSync(root, { recursive: true }));

async function archived(files: Record<string, { text: string | Buffer; mode: number }>) {
  const tar = pack();
  for (const [name, { text, mode }] of Object.entries(files)) tar.entry({ name, mode }, text);
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  const bytes = zstdCompressSync(Buffer.concat(pieces));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function treeOf(folder: string): Record<string, [string, number]> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), [readFileSync(path, "base64"), statSync(path).mode & 0o777]];
    }),
  );
}

const receive = (
  delivery: "inline" | "chunks",
  { bytes, sha256 }: Awaited<ReturnType<typeof archived>>,
  to: string,
) => {
  mkdirSync(to, { recursive: true });
  const receiver = receiveCode({ code: { delivery, sha256, archiveBytes: bytes.length } }, bytes, {
    task: to,
    layers: to,
  });
  if (delivery === "chunks") receiver.push({ offset: 0, last: true }, bytes);
  return receiver.done;
};

test("code that comes with its assignment is unpacked as code that comes after it", async () => {
  const archive = await archived({
    "index.mjs": { text: "export {}", mode: 0o644 },
    "bin/run": { text: Buffer.alloc(70_000, "x"), mode: 0o755 },
  });
  await receive("inline", archive, join(root, "whole"));
  await receive("chunks", archive, join(root, "stream"));
  expect(Object.keys(treeOf(join(root, "whole")))).toHaveLength(2);
  expect(treeOf(join(root, "whole"))).toEqual(treeOf(join(root, "stream")));
});

test("what is large when unpacked is left to the stream, and arrives", async () => {
  const archive = await archived({ zeros: { text: Buffer.alloc(unpackedAtOnceBytesMax + 1), mode: 0o644 } });
  expect(unpackWhole(archive.bytes, archive.sha256, join(root, "large"))).toBe(false);
  await receive("inline", archive, join(root, "large"));
  expect(statSync(join(root, "large/zeros")).size).toBe(unpackedAtOnceBytesMax + 1);
});

test.each([
  ["of another hash", { sha256: "0".repeat(64) }, "sha256 is"],
  ["that is no archive", { bytes: Buffer.from("no zstd"), sha256: undefined }, "cannot be decompressed"],
])("code %s is refused", async (_, change, message) => {
  const archive = { ...(await archived({ a: { text: "a", mode: 0o644 } })), ...change };
  const { bytes, sha256 } = archive;
  const delivery = {
    delivery: "inline",
    archiveBytes: bytes.length,
    ...(sha256 === undefined ? {} : { sha256 }),
  } as const;
  await expect(receiveCode({ code: delivery }, bytes, { task: root, layers: root }).done).rejects.toThrow(
    message,
  );
});
