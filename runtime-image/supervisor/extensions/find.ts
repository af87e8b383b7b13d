/** The external extensions of an environment: every file in `extensions` of the layers' folder, in the order of their names. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Nothing is read of the files themselves: one that cannot be executed is a launch error, which its author must see. */
export function findExtensions(layersRoot: string): string[] {
  const folder = join(layersRoot, "extensions");
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch (cause) {
    // Most functions have no extensions, and so no such folder.
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) {
      return [];
    }
    throw cause;
  }
}
