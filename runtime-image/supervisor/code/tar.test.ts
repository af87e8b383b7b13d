import { pack } from "tar-stream";
import { expect, test } from "vitest";
import { fc } from "../../../test/support/properties.ts";
import { createTarReader } from "./tar.ts";
import { TarError } from "./tar-header.ts";

type Entry =
  | { kind: "file"; path: string; mode: number; text: string }
  | { kind: "directory"; path: string; mode: number }
  | { kind: "symlink"; path: string; target: string };

async function packed(entries: Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const entry of entries) {
    if (entry.kind === "file") tar.entry({ name: entry.path, mode: entry.mode }, entry.text);
    else if (entry.kind === "directory") tar.entry({ name: entry.path, mode: entry.mode, type: "directory" });
    else tar.entry({ name: entry.path, type: "symlink", linkname: entry.target });
  }
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** Reads in pieces of the given sizes, each in memory of its own that is overwritten afterwards. */
function read(bytes: Uint8Array, cuts: number[]): Entry[] {
  const entries: Entry[] = [];
  let text: Buffer[] = [];
  const reader = createTarReader({
    directory: (path, mode) => void entries.push({ kind: "directory", path, mode }),
    symlink: (path, target) => void entries.push({ kind: "symlink", path, target }),
    file: (path, mode) => void entries.push({ kind: "file", path, mode, text: "" }),
    data: (piece) => void text.push(Buffer.from(piece)),
    fileEnd() {
      const last = entries.at(-1);
      if (last?.kind === "file") last.text = Buffer.concat(text).toString();
      text = [];
    },
  });
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = cuts[turn % cuts.length] as number;
    const piece = new Uint8Array(bytes.subarray(at, at + size));
    reader.push(piece);
    piece.fill(255);
    at += size;
  }
  reader.end();
  return entries;
}

const name = fc.stringMatching(/^[a-zA-Z0-9_é-]{1,60}$/);
const path = fc.array(name, { minLength: 1, maxLength: 6 }).map((parts) => parts.join("/"));
const mode = fc.constantFrom(0o644, 0o755, 0o600);
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant("file" as const), path, mode, text: fc.string({ maxLength: 2000 }) }),
  fc.record({ kind: fc.constant("directory" as const), path, mode }),
  fc.record({ kind: fc.constant("symlink" as const), path, target: name }),
);

test("what was packed is read, long names included, any way it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1 }),
      async (entries, cuts) => {
        expect(read(await packed(entries), cuts)).toEqual(entries);
      },
    ),
    { numRuns: 60 },
  );
});

test("an archive cut short is refused", async () => {
  const whole = await packed([{ kind: "file", path: "a", mode: 0o644, text: "x".repeat(700) }]);
  for (const length of [0, 100, 512, 600, 1024, 1536]) {
    expect(() => read(whole.subarray(0, length), [512])).toThrow("without its end mark");
  }
});

test("no damage makes anything but a refusal", async () => {
  const whole = await packed([
    { kind: "file", path: "a".repeat(150), mode: 0o644, text: "text" },
    { kind: "symlink", path: "b", target: "a" },
  ]);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const damaged = Buffer.from(whole);
      damaged[at] = byte;
      try {
        read(damaged, [4096]);
      } catch (error) {
        expect(error).toBeInstanceOf(TarError);
      }
    }),
  );
});

test.each([
  ["../a", "leaves the archive's root"],
  ["a/../../b", "leaves the archive's root"],
  ["/a", "leaves the archive's root"],
])("a file named %s is refused", async (path, message) => {
  const tar = await packed([{ kind: "file", path: "x".repeat(path.length), mode: 0o644, text: "" }]);
  expect(() => read(renamed(tar, path), [512])).toThrow(message);
});

test.each(["/etc/passwd", "../x", "a/../../x", ""])("a link to %j is refused", async (target) => {
  const tar = await packed([{ kind: "symlink", path: "link", target: "placeholder" }]);
  expect(() => read(retargeted(tar, target), [512])).toThrow("outside the root");
});

test("a link within the root is kept as it is", async () => {
  const entries: Entry[] = [{ kind: "symlink", path: "a/b/link", target: "../../c" }];
  expect(read(await packed(entries), [512])).toEqual(entries);
});

const renamed = (tar: Buffer, path: string) => rewritten(tar, 0, path);
const retargeted = (tar: Buffer, target: string) => rewritten(tar, 157, target);

/** A header field changed by hand, with its checksum: what no honest packer writes. */
function rewritten(tar: Buffer, at: number, text: string): Buffer {
  const bytes = Buffer.from(tar);
  bytes.fill(0, at, at + 100);
  bytes.write(text, at);
  bytes.fill(32, 148, 156);
  const sum = bytes.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}
