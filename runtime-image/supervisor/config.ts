/** The pod's environment variables to the supervisor's configuration; whatever is missing is named. */
import type { Roots } from "./process/variables.ts";

export interface Config {
  link: { host: string; port: number; ca: string };
  tokenPath: string;
  runtimeApiPort: number;
  /** The function's ephemeral storage. */
  scratch: string;
  roots: Roots;
  /** The supervisor's own environment, for `inherit` and for images. */
  own: Record<string, string | undefined>;
}

/** Lambda's own port. */
const runtimeApiPort = 9001;

export function readConfig(own: Record<string, string | undefined>): Config {
  const need = (name: string): string => {
    const value = own[name];
    if (value === undefined || value === "")
      throw new Error(`${name} is not set: this pod was not built by Kambda`);
    return value;
  };
  return {
    link: {
      host: need("KAMBDA_LINK_HOST"),
      port: readPort(need("KAMBDA_LINK_PORT"), "KAMBDA_LINK_PORT"),
      ca: need("KAMBDA_LINK_CA"),
    },
    tokenPath: own.KAMBDA_TOKEN_PATH ?? "/var/run/kambda/token",
    runtimeApiPort: readPort(
      own.KAMBDA_RUNTIME_API_PORT ?? String(runtimeApiPort),
      "KAMBDA_RUNTIME_API_PORT",
    ),
    scratch: own.KAMBDA_SCRATCH_ROOT ?? "/tmp",
    roots: {
      task: own.KAMBDA_TASK_ROOT ?? "/var/task",
      runtime: own.KAMBDA_RUNTIME_DIR ?? "/var/runtime",
      layers: own.KAMBDA_LAYER_ROOT ?? "/opt",
      lang: own.KAMBDA_LANG_ROOT ?? "/var/lang",
    },
    own,
  };
}

function readPort(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${name} is ${JSON.stringify(text)}, not a port`);
  return port;
}
