/** One hash over a folder's files, by path and content: the key of what is built from them. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const keyChars = 16;

/** `salts` are further inputs, such as a compiler's version. */
export function hashFolder(folder: string, salts: readonly string[] = []): string {
  const hash = createHash("sha256");
  for (const salt of salts) hash.update(`${salt}\0`);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[._]test\./.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files)
    hash
      .update(`${file.slice(folder.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex").slice(0, keyChars);
}
