/** The gateway's process environment, read once. */
import { z } from "zod";

const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);

const configSchema = z.object({
  KAMBDA_NAMESPACE: z.string().min(1),
  KAMBDA_POD_NAME: z.string().min(1),
  KAMBDA_SETTINGS: z.string().optional(),
  KAMBDA_NATS_URL: z.string().min(1),
  KAMBDA_NATS_USER: z.string().optional(),
  KAMBDA_NATS_PASSWORD_FILE: z.string().optional(),
  /** Copies the code store keeps: as many as the NATS servers allow. */
  KAMBDA_NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  KAMBDA_LOG_LEVEL: z.string().default("info"),
  KAMBDA_HOST: z.string().default("::"),
  /** `node` is the way back from Bun.serve. */
  KAMBDA_LISTENER: z.enum(["bun", "node"]).default("bun"),
  /** 0 takes any free port: for tests. */
  KAMBDA_PUBLIC_PORT: port(8080),
  KAMBDA_API_PORT: port(8081),
  KAMBDA_METRICS_PORT: port(9090),
  KAMBDA_LINK_PORT: port(7443),
  KAMBDA_PEER_PORT: port(7444),
});

export interface Config {
  namespace: string;
  podName: string;
  settingsPath: string | undefined;
  nats: { url: string; user?: string; passwordFile?: string };
  storeReplicas: number;
  logLevel: string;
  host: string;
  listener: "bun" | "node";
  ports: { public: number; api: number; metrics: number; link: number; peer: number };
}

/** Throws with the variable's name when one is missing or wrong. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const parsed = configSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`the process environment is wrong:\n${z.prettifyError(parsed.error)}`);
  const { KAMBDA_NATS_USER: user, KAMBDA_NATS_PASSWORD_FILE: passwordFile, ...rest } = parsed.data;
  return {
    namespace: rest.KAMBDA_NAMESPACE,
    podName: rest.KAMBDA_POD_NAME,
    settingsPath: rest.KAMBDA_SETTINGS,
    nats: {
      url: rest.KAMBDA_NATS_URL,
      ...(user === undefined ? {} : { user }),
      ...(passwordFile === undefined ? {} : { passwordFile }),
    },
    storeReplicas: rest.KAMBDA_NATS_REPLICAS,
    logLevel: rest.KAMBDA_LOG_LEVEL,
    host: rest.KAMBDA_HOST,
    listener: rest.KAMBDA_LISTENER,
    ports: {
      public: rest.KAMBDA_PUBLIC_PORT,
      api: rest.KAMBDA_API_PORT,
      metrics: rest.KAMBDA_METRICS_PORT,
      link: rest.KAMBDA_LINK_PORT,
      peer: rest.KAMBDA_PEER_PORT,
    },
  };
}
