/**
 * Unpacks an archive (canonical tar.zst) as it comes: hashed, decompressed, written, holding little of it in memory, for it
 * may be larger than the function's memory. Nothing is started before the hash is found right.
 */
import { createHash } from "node:crypto";
import { createZstdDecompress } from "node:zlib";
import { archiveBytesMax, unpackedBytesMax } from "../limits.ts";
import { createTarReader } from "./tar.ts";
import { createWriter } from "./write.ts";

/** An archive that is not the one promised. */
export class CodeError extends Error {
  override name = "CodeError";
}

/** How much may have come and not been unpacked before the link waits. */
const aheadBytesMax = 1024 * 1024;

/** How much is decompressed and written at a time. */
const pieceBytes = 128 * 1024;

export interface Unpacker {
  push(bytes: Uint8Array): void;
  /** No more comes: settles when all is written and verified. */
  end(): void;
  fail(error: Error): void;
  /** True while more came than was unpacked; `caughtUp` calls back when that is over. */
  behind(): boolean;
  caughtUp(callback: () => void): void;
  done: Promise<void>;
}

/** `sha256` (hex) is of the archive's own bytes, as the code store names it. */
export function createUnpacker(
  sha256: string | undefined,
  root: string,
  options: { over: boolean },
): Unpacker {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const hash = createHash("sha256");
  const stream = createZstdDecompress({ chunkSize: pieceBytes });
  const writer = createWriter(root, options);
  const reader = createTarReader(writer);
  let packedBytes = 0;
  let unpackedBytes = 0;
  let aheadBytes = 0;
  let waiting = () => {};

  function taken(bytes: number): void {
    aheadBytes -= bytes;
    if (aheadBytes > aheadBytesMax) return;
    const caughtUp = waiting;
    waiting = () => {};
    caughtUp();
  }

  function fail(error: Error): void {
    stream.destroy();
    reject(error);
  }

  /** Errors of the archive and of the disk end the unpacking; their messages say which. */
  function attempt(work: () => void): void {
    try {
      work();
    } catch (cause) {
      fail(cause instanceof Error ? cause : new CodeError(String(cause)));
    }
  }

  stream.on("data", (bytes: Uint8Array) =>
    attempt(() => {
      unpackedBytes += bytes.length;
      if (unpackedBytes > unpackedBytesMax) {
        throw new CodeError(`the code is over ${unpackedBytesMax} bytes unpacked`);
      }
      reader.push(bytes);
    }),
  );
  stream.on("error", (cause) => fail(new CodeError(`the archive cannot be decompressed: ${cause.message}`)));
  stream.on("end", () =>
    attempt(() => {
      const actual = hash.digest("hex");
      if (sha256 !== undefined && sha256 !== actual) {
        throw new CodeError(`the archive's sha256 is ${actual}, not ${sha256}`);
      }
      reader.end();
      writer.finish();
      resolve();
    }),
  );

  return {
    done: promise,
    fail,
    behind: () => aheadBytes > aheadBytesMax,
    caughtUp(callback) {
      waiting = callback;
    },
    end: () => void stream.end(),
    push(bytes) {
      packedBytes += bytes.length;
      if (packedBytes > archiveBytesMax)
        return fail(new CodeError(`the archive is over ${archiveBytesMax} bytes`));
      hash.update(bytes);
      aheadBytes += bytes.length;
      stream.write(bytes, () => taken(bytes.length));
    },
  };
}
