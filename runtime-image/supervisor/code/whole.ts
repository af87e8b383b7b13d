/**
 * Unpacks an archive that came whole in one piece, at once: a cold start of milliseconds has no time for a stream's turns.
 * One that is large when unpacked is left to the stream, which holds little of it in memory.
 */
import { createHash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { unpackedAtOnceBytesMax } from "../limits.ts";
import { createTarReader } from "./tar.ts";
import { CodeError } from "./unpack.ts";
import { createWriter } from "./write.ts";

/** False when it is too large for this, and nothing was written. Throws CodeError or TarError when it is not what was promised. */
export function unpackWhole(archive: Uint8Array, sha256: string | undefined, root: string): boolean {
  const actual = createHash("sha256").update(archive).digest("hex");
  if (sha256 !== undefined && sha256 !== actual)
    throw new CodeError(`the archive's sha256 is ${actual}, not ${sha256}`);
  const tar = decompress(archive);
  if (tar === undefined) return false;
  const writer = createWriter(root, { over: false });
  const reader = createTarReader(writer);
  reader.push(tar);
  reader.end();
  writer.finish();
  return true;
}

function decompress(archive: Uint8Array): Uint8Array | undefined {
  try {
    return zstdDecompressSync(archive, { maxOutputLength: unpackedAtOnceBytesMax });
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return undefined;
    throw new CodeError(
      `the archive cannot be decompressed: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}
