/**
 * Writes an archive's entries under a root. Synchronous: nothing else happens here before the code is in place, and small
 * files cost least so. Links are made last, after every file, so that nothing is ever written through one; where an earlier
 * archive was written (`over`), what is in the way is removed first, for the same reason.
 */
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { TarSink } from "./tar.ts";

/** Whoever runs the function must be able to read its code, whatever the archive says. */
const readable = 0o444;
const enterable = 0o555;

export function createWriter(root: string, { over }: { over: boolean }): TarSink & { finish(): void } {
  const made = new Set<string>([root]);
  const links: Array<{ path: string; target: string }> = [];
  const directories: Array<{ path: string; mode: number }> = [];
  let file: number | undefined;

  function makeDirectory(path: string): void {
    if (made.has(path)) return;
    if (over) {
      makeDirectory(dirname(path));
      if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) clear(path);
    }
    mkdirSync(path, { recursive: true });
    made.add(path);
  }

  function clear(path: string): void {
    if (over) rmSync(path, { recursive: true, force: true });
  }

  return {
    directory(path, mode) {
      makeDirectory(join(root, path));
      if (path !== "") directories.push({ path: join(root, path), mode });
    },
    symlink: (path, target) => void links.push({ path: join(root, path), target }),
    file(path, mode) {
      const place = join(root, path);
      makeDirectory(dirname(place));
      clear(place);
      file = openSync(place, "w", mode | readable);
    },
    data(bytes) {
      for (let at = 0; file !== undefined && at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    fileEnd() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
    finish() {
      for (const { path, target } of links) {
        makeDirectory(dirname(path));
        clear(path);
        symlinkSync(target, path);
      }
      // Last, since a directory that may not be written could not have been filled.
      for (const { path, mode } of directories) chmodSync(path, mode | enterable);
    },
  };
}
