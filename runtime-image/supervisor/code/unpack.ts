/** Writes an archive's files under a root. Nothing is followed out of it: links are made last, after every file is written. */
import { createHash } from "node:crypto";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { zstdDecompress } from "node:zlib";
import { unpackedBytesMax } from "../limits.ts";
import { readTar } from "./tar.ts";

/** An archive that is not the one promised. */
export class CodeError extends Error {
  override name = "CodeError";
}

const decompress = promisify(zstdDecompress);

/** `sha256` (hex) is of the archive's own bytes, as it names it in the code store. */
export async function unpack(archive: Uint8Array, sha256: string | undefined, root: string): Promise<void> {
  const actual = createHash("sha256").update(archive).digest("hex");
  if (sha256 !== undefined && sha256 !== actual) {
    throw new CodeError(`the archive's sha256 is ${actual}, not ${sha256}`);
  }
  const tar = await decompress(archive, { maxOutputLength: unpackedBytesMax });
  const entries = readTar(tar);
  const made = new Set<string>([root]);
  for (const entry of entries) {
    const path = join(root, entry.path);
    if (entry.kind === "directory") await makeDirectory(path, made);
    if (entry.kind !== "file") continue;
    await makeDirectory(dirname(path), made);
    await writeFile(path, entry.data, { mode: entry.mode | 0o444 });
  }
  for (const entry of entries) {
    const path = join(root, entry.path);
    if (entry.kind !== "symlink") continue;
    await makeDirectory(dirname(path), made);
    await symlink(entry.target, path);
  }
  for (const entry of entries) {
    if (entry.kind === "directory" && entry.path !== "")
      await chmod(join(root, entry.path), entry.mode | 0o555);
  }
}

async function makeDirectory(path: string, made: Set<string>): Promise<void> {
  if (made.has(path)) return;
  await mkdir(path, { recursive: true });
  made.add(path);
}
