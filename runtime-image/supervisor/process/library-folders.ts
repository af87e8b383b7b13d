/**
 * The dynamic loader looks once, when a process starts, which folders of LD_LIBRARY_PATH there are, and never again at those
 * that are missing. So they are there, empty, while a process starts that waits for its function's code; then they go again.
 */
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Roots } from "./variables.ts";

/** Returns what takes them away; a folder that has something in it by then stays. */
export function makeLibraryFolders({ task, layers }: Roots): () => void {
  const made = [join(task, "lib"), join(layers, "lib")].filter((path) => attempt(() => mkdirSync(path)));
  return () => {
    for (const path of made) attempt(() => rmdirSync(path));
  };
}

/** False where the folder's own folder is missing or may not be written: then no code comes there either. */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause) return false;
    throw cause;
  }
}
