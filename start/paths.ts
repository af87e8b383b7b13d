/** Where things are in this checkout. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const bun = join(root, "node_modules/.bin/bun");
/** The pinned Node.js that unit tests and the tools run on. */
export const node = join(root, "node_modules/node/bin/node");
export const stateFolder = join(root, ".kambda");
export const chart = join(root, "charts/kambda");
export const examples = join(root, "examples");

/** What `npm start` leaves to be sourced. */
export function envFile(name: string): string {
  return name === "kambda" ? join(stateFolder, "env") : join(stateFolder, `env-${name}`);
}
