/**
 * Files of a folder and their digest, without what never belongs into an image (unit tests, dependencies), and a
 * copy of them with plain modes: the same sources give the same layer whatever the umask of the checkout was.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";

const left = /(^|\/)(node_modules|\.[^/]+|[^/]+\.test\.ts|__pycache__)$/;

/** The digest of a file or a folder: paths, contents and whether they may be executed. */
export function treeDigest(path: string): string {
  const hash = createHash("sha256");
  for (const file of treeFiles(path)) {
    const absolute = join(path, file);
    hash
      .update(`${file}\0${isExecutable(absolute)}\0`)
      .update(readFileSync(absolute))
      .update("\0");
  }
  return hash.digest("hex");
}

export function copyTree(from: string, to: string): void {
  for (const file of treeFiles(from)) copyPlain(join(from, file), join(to, file));
}

export function copyPlain(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 });
  copyFileSync(from, to);
  chmodSync(to, isExecutable(from) ? 0o755 : 0o644);
}

/** Paths relative to `path`, sorted; `[""]` when it is a file itself. */
function treeFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [""];
  const files: string[] = [];
  const walk = (folder: string): void => {
    const entries = readdirSync(join(path, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = join(folder, entry.name);
      if (left.test(file)) continue;
      if (entry.isSymbolicLink()) throw new Error(linkMessage(join(path, file)));
      if (entry.isDirectory()) walk(file);
      else files.push(file);
    }
  };
  walk("");
  return files;
}

function isExecutable(path: string): boolean {
  return (statSync(path).mode & 0o100) !== 0;
}

function linkMessage(path: string): string {
  return `${path} is a symbolic link (to ${readlinkSync(path)}): put a file there, links are not carried into images`;
}
