/** Where the installation under test is: what `npm start` wrote to `.kambda/env`, or the same names in the environment. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

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
  const written = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
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

/** `export NAME="value"` lines; `$NAME` in a value is the environment's, as a shell would have it. */
function parse(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^(?:export )?([A-Z_]+)=(["']?)(.*)\2$/.exec(line.trim());
    if (match?.[1] === undefined || match[3] === undefined) continue;
    values[match[1]] = match[3].replace(/\$\{?([A-Z_]+)\}?/g, (_, name: string) => process.env[name] ?? "");
  }
  return values;
}
