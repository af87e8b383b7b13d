/** Where the installation under test is: what `npm start` wrote to `.kambda/env`, or the same names in the environment. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readSourced } from "../../start/sourceable.ts";

export const checkout = resolve(import.meta.dirname, "../..");

/** The cache `npm stop` leaves alone; the Python environment and the Go examples are kept there. */
export const cachePath =
  process.env.KAMBDA_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(process.env.HOME ?? "/root", ".cache"), "kambda");

export interface Installation {
  kubeconfig: string;
  /** Public listener, Lambda API and metrics, without a slash at the end. */
  url: string;
  api: string;
  metrics: string;
  /** PATH with the pinned kubectl and helm first. */
  path: string;
  /** The release's namespace. */
  namespace: string;
}

export const installation: Installation = read();

function read(): Installation {
  const file = join(checkout, ".kambda/env");
  const written = existsSync(file) ? readSourced(readFileSync(file, "utf8"), process.env) : {};
  const value = (name: string): string => {
    const found = process.env[name] ?? written[name];
    if (found === undefined) {
      throw new Error(`${name} is not set: run npm start first (it writes .kambda/env), or set it yourself`);
    }
    return found.replace(/\/$/, "");
  };
  return {
    kubeconfig: value("KUBECONFIG"),
    url: value("KAMBDA_URL"),
    api: value("KAMBDA_API"),
    metrics: value("KAMBDA_METRICS"),
    path: written.PATH ?? process.env.PATH ?? "",
    namespace: process.env.KAMBDA_NAMESPACE ?? written.KAMBDA_NAMESPACE ?? "kambda-system",
  };
}
