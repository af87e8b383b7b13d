/** Reads files the kernel makes up; what belongs to a process or a feature that is not there (any more) says nothing. */
import { openSync, readFileSync, readSync } from "node:fs";

const gone = ["ENOENT", "ESRCH"];

export const readProc = (path: string): string => unless(gone, () => readFileSync(path, "utf8")) ?? "";

/** The same of what a process may keep to itself. */
export const readProcIfLet = (path: string): string =>
  unless([...gone, "EACCES"], () => readFileSync(path, "utf8")) ?? "";

/** To be read again and again by `readOpenProc`. */
export const openProc = (path: string): number | undefined => unless(gone, () => openSync(path, "r"));

/** Fills the buffer from the file's start; answers how many bytes there were. */
export const readOpenProc = (file: number, buffer: Uint8Array): number =>
  unless(gone, () => readSync(file, buffer, 0, buffer.length, 0)) ?? 0;

/** A process may end between two looks. */
function unless<T>(codes: readonly string[], look: () => T): T | undefined {
  try {
    return look();
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && codes.includes(String(cause.code))) return undefined;
    throw cause;
  }
}
