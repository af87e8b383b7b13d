/**
 * Makes a folder of the cache as one step: beside its place, then renamed into it, so that work cut short is
 * never taken for done, and two that do the same work at once both find it done.
 */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";

export async function intoCache(folder: string, make: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    await make(unfinished);
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
