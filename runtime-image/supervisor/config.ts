/** The pod's environment variables to the supervisor's configuration; whatever is missing is named. */
import type { Roots } from "./process/roots.ts";
import type { Jail } from "./process/start.ts";

export interface Config {
  link: { host: string; port: number; ca: string };
  tokenPath: string;
  runtimeApiPort: number;
  /** The function's ephemeral storage. */
  scratch: string;
  jail: Jail;
  roots: Roots;
  /** The runtime process to start before a function is known, and how often it rehearses. */
  ahead?: Ahead;
  /** The supervisor's own environment, for `inherit` and for images. */
  own: Record<string, string | undefined>;
}

export interface Ahead {
  runtime: string;
  /** Of the pool's class, or of the function this pod was made for. */
  memorySizeMb: number;
  rehearsals: number;
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
  const scratch = own.KAMBDA_SCRATCH_ROOT ?? "/tmp";
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
    scratch,
    jail: {
      program: own.KAMBDA_JAIL ?? "/kambda/bin/jail",
      // Its storage, its mounts, and what every process writes to without a thought; its code is not among them.
      writable: [scratch, "/mnt", "/dev", "/proc"],
    },
    roots: {
      task: own.KAMBDA_TASK_ROOT ?? "/var/task",
      runtime: own.KAMBDA_RUNTIME_DIR ?? "/var/runtime",
      layers: own.KAMBDA_LAYER_ROOT ?? "/opt",
      lang: own.KAMBDA_LANG_ROOT ?? "/var/lang",
    },
    ...(own.KAMBDA_AHEAD_RUNTIME === undefined ? {} : { ahead: readAhead(own, own.KAMBDA_AHEAD_RUNTIME) }),
    own,
  };
}

function readAhead(own: Config["own"], runtime: string): Ahead {
  const amount = (name: string) => {
    const value = Number(own[name]);
    if (!Number.isInteger(value) || value < 0)
      throw new Error(`${name} is ${JSON.stringify(own[name])}, no number`);
    return value;
  };
  return {
    runtime,
    memorySizeMb: amount("KAMBDA_AHEAD_MEMORY_MB"),
    rehearsals: amount("KAMBDA_AHEAD_REHEARSALS"),
  };
}

function readPort(text: string, name: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${name} is ${JSON.stringify(text)}, not a port`);
  return port;
}
