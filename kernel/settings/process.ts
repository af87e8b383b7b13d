/** The process environment that operator and gateway share (ARCHITECTURE.md, "Names everyone shares"), read once. */
import { z } from "zod";

export type Environment = Record<string, string | undefined>;

/** 0 takes any free port: for tests. */
export const port = (byDefault: number) => z.coerce.number().int().min(0).max(65_535).default(byDefault);

const schema = z.object({
  KAMBDA_NAMESPACE: z.string().min(1),
  KAMBDA_POD_NAME: z.string().min(1),
  KAMBDA_SETTINGS: z.string().optional(),
  KAMBDA_NATS_URL: z.string().min(1),
  KAMBDA_NATS_USER: z.string().optional(),
  KAMBDA_NATS_PASSWORD_FILE: z.string().optional(),
  /** Copies the code store keeps: as many as the NATS servers allow. */
  KAMBDA_NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
  KAMBDA_LOG_LEVEL: z.string().default("info"),
  KAMBDA_METRICS_PORT: port(9090),
});

export interface ProcessConfig {
  namespace: string;
  podName: string;
  settingsPath: string | undefined;
  nats: { url: string; user?: string; passwordFile?: string };
  storeReplicas: number;
  logLevel: string;
  metricsPort: number;
}

/** Throws with the variables' names when some are missing or wrong. */
export function readProcess(environment: Environment): ProcessConfig {
  const {
    KAMBDA_NATS_USER: user,
    KAMBDA_NATS_PASSWORD_FILE: passwordFile,
    ...rest
  } = parse(schema, environment);
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
    metricsPort: rest.KAMBDA_METRICS_PORT,
  };
}

/** For what one of them has besides. */
export function parse<T>(variables: z.ZodType<T>, environment: Environment): T {
  const parsed = variables.safeParse(environment);
  if (!parsed.success) throw new Error(`the process environment is wrong:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
