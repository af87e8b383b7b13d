/** How long a runtime and its extensions have to end by themselves (docs/lambda.md, lifecycle). Pure. */
import { externalShutdownMsMax, internalShutdownMsMax, runtimeShutdownMsMax } from "../limits.ts";

export interface ShutdownTimes {
  /** From SIGTERM to SIGKILL of the runtime. */
  runtimeMs: number;
  /** From the first signal to the last SIGKILL. */
  totalMs: number;
}

/** Without extensions nobody is asked: SIGKILL at once. */
export function shutdownTimes(extensions: { external: number; internal: number }): ShutdownTimes {
  if (extensions.external > 0) return { runtimeMs: runtimeShutdownMsMax, totalMs: externalShutdownMsMax };
  if (extensions.internal > 0) return { runtimeMs: internalShutdownMsMax, totalMs: internalShutdownMsMax };
  return { runtimeMs: 0, totalMs: 0 };
}
