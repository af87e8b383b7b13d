/**
 * How much of its disk a folder takes, counted a few files at a time: a function may keep a hundred thousand of them, and
 * its invocations must not wait while we look. What changes during a walk is right in the next.
 */
import { chmodSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What `lstat` counts blocks in, whatever the file system's own are. */
const blockBytes = 512;

export interface StorageWalk {
  /** Looks at so many entries; the megabytes once all were seen, after which the next call begins anew. */
  step(entriesMax: number): number | undefined;
}

export function walkStorage(root: string): StorageWalk {
  let pending: string[] | undefined;
  let bytes = 0;

  function visit(path: string): void {
    const found = unlessGone(() => lstatSync(path));
    if (found === undefined) return;
    bytes += found.blocks * blockBytes;
    if (found.isDirectory()) list(path);
  }

  function list(folder: string): void {
    // A folder the function closed to everyone, itself included, holds what it held: it is counted once it is opened.
    for (const name of unlessGone(() => readdirSync(folder)) ?? []) pending?.push(join(folder, name));
  }

  return {
    step(entriesMax) {
      if (pending === undefined) {
        pending = [];
        bytes = 0;
        list(root);
      }
      for (let count = 0; count < entriesMax; count++) {
        const path = pending.pop();
        if (path === undefined) break;
        visit(path);
      }
      if (pending.length > 0) return undefined;
      pending = undefined;
      return bytes / (1024 * 1024);
    },
  };
}

/** Files here are memory, which no process needs to have mapped. */
const sharedMemory = "/dev/shm";

/** What ended processes of the function left in memory, for the next to have all of it. Only a container's is ours to empty. */
export function emptySharedMemory(): void {
  if (process.pid === 1) emptyFolder(sharedMemory);
}

/** Empties a folder, which itself is a mount and stays. */
export function emptyFolder(root: string): void {
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (entry.isDirectory()) openFolders(path);
    rmSync(path, { recursive: true, force: true });
  }
}

/** A folder that its owner closed, to itself too, could not be emptied. */
function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) openFolders(join(folder, entry.name));
  }
}

/** Files come and go while we look, and may be closed to us. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (cause) {
    if (
      cause instanceof Error &&
      "code" in cause &&
      ["ENOENT", "ENOTDIR", "EACCES"].includes(String(cause.code))
    )
      return undefined;
    throw cause;
  }
}
