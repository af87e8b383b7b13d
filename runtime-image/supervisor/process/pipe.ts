/**
 * A pipe for a process's output. Not node:child_process's own, which is a pair of sockets: those cannot be opened by a path,
 * and programs that write to /dev/stdout would fail.
 */
import { dlopen, ptr } from "bun:ffi";
import { closeSync } from "node:fs";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";

/** O_CLOEXEC: the child gets the end it is given, and nothing else of ours. */
const closeOnExec = 0o2000000;

const { symbols } = dlopen("libc.so.6", { pipe2: { args: ["ptr", "i32"], returns: "i32" } });

export interface OutputPipe {
  /** The end to give away. */
  writeEnd: number;
  output: Readable;
  /** Once it was given away: the output ends when the last process that holds the other end does. */
  given(): void;
}

export function openPipe(): OutputPipe {
  const ends = new Int32Array(2);
  if (symbols.pipe2(ptr(ends), closeOnExec) !== 0) throw new Error("no pipe could be opened");
  const [readEnd = -1, writeEnd = -1] = ends;
  const output = Readable.fromWeb(Bun.file(readEnd).stream() as ReadableStream);
  return { writeEnd, output, given: () => closeSync(writeEnd) };
}
