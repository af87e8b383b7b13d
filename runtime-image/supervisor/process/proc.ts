/** Reads files the kernel makes up; what belongs to a process or a feature that is not there (any more) says nothing. */
import { openSync, readFileSync, readSync } from "node:fs";

export const readProc = (path: string): string => orGone(() => readFileSync(path, "utf8")) ?? "";

/** To be read again and again by `readOpenProc`. */
export const openProc = (path: string): number | undefined => orGone(() => openSync(path, "r"));

/** Fills the buffer from the file's start; answers how many bytes there were. */
export const readOpenProc = (file: number, buffer: Uint8Array): number =>
  orGone(() => readSync(file, buffer, 0, buffer.length, 0)) ?? 0;

/** A process may end between two looks. */
function orGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ESRCH")) {
      return undefined;
    }
    throw cause;
  }
}
