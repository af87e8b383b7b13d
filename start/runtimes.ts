/** Whose images `npm start` builds: every image costs a new machine half a minute, so the others are built when asked for. */
import { availableRuntimes, findRuntime } from "../crds/runtimes.ts";

const usual = ["nodejs22.x", "nodejs24.x", "python3.11", "python3.13", "provided.al2023"];

/** `words`: names with commas between them, which are built besides the usual ones, or `all`. */
export function chooseRuntimes(words: string): readonly string[] {
  if (words === "all") return availableRuntimes.map(({ name }) => name);
  const named = words.split(",").filter((word) => word !== "");
  for (const name of named) {
    const found = findRuntime(name);
    if (found.kind === "refused") throw new Error(`--runtimes ${words}: ${found.message}`);
  }
  return [...new Set([...usual, ...named])];
}
