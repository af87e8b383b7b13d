/** Reads a file the kernel makes up. */
import { readFileSync } from "node:fs";

/** What it says; nothing when the process, or the kernel's feature, is not there (a process may end between two looks). */
export function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ESRCH")) {
      return "";
    }
    throw cause;
  }
}
