import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../program/run.ts";
import { nodeImageArchive, nodeImageName } from "../image.ts";
import { readArchive } from "./archive.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kambda-images-"));
  for (const program of ["pause", "probe"]) writeFileSync(join(folder, program), `the ${program} program`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function anArchive(index: unknown): Promise<string> {
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  const archive = join(folder, "made.tar");
  await run("tar", ["--create", "--file", archive, "--directory", folder, "index.json"]);
  return archive;
}
const named = (reference: string) => ({
  manifests: [{ digest: "sha256:1", annotations: { "org.opencontainers.image.ref.name": reference } }],
});

describe("an OCI archive", () => {
  test("made of the same programs is the same to the last digest", async () => {
    const [first, second] = [join(folder, "first.tar"), join(folder, "second.tar")];
    await nodeImageArchive(folder, first);
    await nodeImageArchive(folder, second);
    const { reference, digest } = await readArchive(first);
    expect(reference).toBe(nodeImageName);
    expect((await readArchive(second)).digest).toBe(digest);
  });

  test("that names its image by half is refused, for the kubelet would never find it", async () => {
    await expect(readArchive(await anArchive(named("thing:1")))).rejects.toThrow(
      /"thing:1": build it with a full name/,
    );
    expect((await readArchive(await anArchive(named("kambda.dev/thing:1")))).reference).toBe(
      "kambda.dev/thing:1",
    );
  });

  test("that is none is refused by its name", async () => {
    const path = join(folder, "pause");
    await expect(readArchive(path)).rejects.toThrow(`${path} is no OCI archive`);
  });
});
