import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { copyTree, treeDigest } from "./tree.ts";

function aTree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "kambda-tree-"));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(root, file, ".."), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

test("equal trees have equal digests wherever they lie", () => {
  expect(treeDigest(aTree({ "a/b.ts": "1", "c.ts": "2" }))).toBe(
    treeDigest(aTree({ "c.ts": "2", "a/b.ts": "1" })),
  );
});

test("contents, paths and the right to execute count", () => {
  const tree = aTree({ "a.sh": "1" });
  const before = treeDigest(tree);
  expect(treeDigest(aTree({ "a.sh": "2" }))).not.toBe(before);
  expect(treeDigest(aTree({ "b.sh": "1" }))).not.toBe(before);
  chmodSync(join(tree, "a.sh"), 0o755);
  expect(treeDigest(tree)).not.toBe(before);
});

test("unit tests, hidden files and dependencies neither count nor are copied", () => {
  const tree = aTree({ "a.ts": "1", "a.test.ts": "2", ".secret": "3", "node_modules/x/index.js": "4" });
  expect(treeDigest(tree)).toBe(treeDigest(aTree({ "a.ts": "1" })));
  const to = mkdtempSync(join(tmpdir(), "kambda-tree-"));
  copyTree(tree, to);
  expect(existsSync(join(to, "a.ts"))).toBe(true);
  expect(existsSync(join(to, "a.test.ts")) || existsSync(join(to, "node_modules"))).toBe(false);
});

test("a copy has plain modes", () => {
  const tree = aTree({ "a.ts": "1" });
  chmodSync(join(tree, "a.ts"), 0o600);
  const to = mkdtempSync(join(tmpdir(), "kambda-tree-"));
  copyTree(tree, to);
  expect(statSync(join(to, "a.ts")).mode & 0o777).toBe(0o644);
});

test("a symbolic link is refused with its name", () => {
  const tree = aTree({ "a.ts": "1" });
  symlinkSync("/etc/passwd", join(tree, "b.ts"));
  expect(() => treeDigest(tree)).toThrow("b.ts is a symbolic link (to /etc/passwd)");
});
