/** What to start: an image's own command, or the first bootstrap there is. */
import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { Assignment } from "../../../crds/link/messages.ts";
import type { Roots } from "./variables.ts";

export type Entry = { kind: "command"; command: string[] } | { kind: "invalid"; message: string };

export function findEntry({ entry }: Pick<Assignment, "entry">, roots: Roots): Entry {
  if (entry.command.length > 0) return { kind: "command", command: entry.command };
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
