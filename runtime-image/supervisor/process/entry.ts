/** What to start, and where: an image's own command in its folder, or the first bootstrap there is. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Assignment } from "../../../crds/link/messages.ts";
import type { Roots } from "./roots.ts";

export type Entry =
  | { kind: "command"; command: string[] }
  | { kind: "invalid"; what?: "folder"; message: string };

/** `searched`: the PATH that programs named without one are looked for in, which is the function's and not ours. */
export function findEntry(assignment: Pick<Assignment, "entry">, roots: Roots, searched = ""): Entry {
  const { entry } = assignment;
  const folder = folderOf(assignment, roots);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return { kind: "invalid", what: "folder", message: `chdir ${folder}: no such file or directory` };
  }
  const [program, ...words] = entry.command;
  if (program !== undefined) return named(program, words, searched);
  if (entry.kind === "image") return { kind: "invalid", message: "the image names no entry point" };
  const candidates = [roots.runtime, roots.task, roots.layers].map((root) => join(root, "bootstrap"));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    return { kind: "invalid", message: `Couldn't find valid bootstrap(s): [${candidates.join(" ")}]` };
  }
  try {
    accessSync(found, constants.X_OK);
  } catch (cause) {
    // The person who built the package needs to know which file and why; both are in Lambda's own sentence.
    return { kind: "invalid", message: `fork/exec ${found}: permission denied (${String(cause)})` };
  }
  return { kind: "command", command: [found] };
}

/** An image that names no folder starts in its root, as container runtimes have it. */
export function folderOf({ entry }: Pick<Assignment, "entry">, roots: Roots): string {
  return entry.workingDirectory ?? (entry.kind === "image" ? "/" : roots.task);
}

function named(program: string, words: string[], searched: string): Entry {
  if (program.includes("/")) return { kind: "command", command: [program, ...words] };
  const found = searched
    .split(":")
    .map((folder) => join(folder, program))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
  if (found !== undefined) return { kind: "command", command: [found, ...words] };
  return { kind: "invalid", message: `exec: "${program}": executable file not found in $PATH` };
}
