/** The gateway's process environment, read once. */
import { z } from "zod";
import {
  type Environment,
  type ProcessConfig,
  parse,
  port,
  readProcess,
} from "../kernel/settings/process.ts";

const schema = z.object({
  KAMBDA_HOST: z.string().default("::"),
  /** `node` is the way back from Bun.serve. */
  KAMBDA_LISTENER: z.enum(["bun", "node"]).default("bun"),
  KAMBDA_PUBLIC_PORT: port(8080),
  KAMBDA_API_PORT: port(8081),
  KAMBDA_LINK_PORT: port(7443),
  KAMBDA_PEER_PORT: port(7444),
});

export interface Config extends ProcessConfig {
  host: string;
  listener: "bun" | "node";
  ports: { public: number; api: number; metrics: number; link: number; peer: number };
}

/** Throws with the variables' names when some are missing or wrong. */
export function readConfig(environment: Environment): Config {
  const common = readProcess(environment);
  const own = parse(schema, environment);
  return {
    ...common,
    host: own.KAMBDA_HOST,
    listener: own.KAMBDA_LISTENER,
    ports: {
      public: own.KAMBDA_PUBLIC_PORT,
      api: own.KAMBDA_API_PORT,
      metrics: common.metricsPort,
      link: own.KAMBDA_LINK_PORT,
      peer: own.KAMBDA_PEER_PORT,
    },
  };
}
