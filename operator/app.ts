/** The operator's composition root: the process environment made into what the operator works with. */
import { createSystemClock } from "../kernel/clock/clock.ts";
import { createHealth } from "../kernel/health/health.ts";
import { createFetchKube } from "../kernel/kube/fetch.ts";
import { findCredentials } from "../kernel/kube/find.ts";
import { createLog } from "../kernel/log/log.ts";
import { listenForMetrics } from "../kernel/metrics/listener.ts";
import { createSystemRandom } from "../kernel/random/random.ts";
import { readProcess } from "../kernel/settings/process.ts";
import { readSettings } from "../kernel/settings/read.ts";
import { openNats } from "../kernel/store/open.ts";
import { createCodeStore } from "../kernel/store/store.ts";
import { createEgress } from "./egress/request.ts";
import { resolveBySystem } from "./egress/target.ts";
import { createOperatorMetrics } from "./metrics.ts";
import { operate } from "./operate.ts";

/** Runs until the signal fires. */
export async function runOperator(
  environment: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const config = readProcess(environment);
  const settings = readSettings(config.settingsPath);
  const log = createLog("operator", config.logLevel);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const kube = createFetchKube(await findCredentials({ clock }, environment));
  const metrics = createOperatorMetrics();
  const health = createHealth();
  await using _listener = await listenForMetrics({ port: config.metricsPort }, metrics.registry, health);

  // Not waited for: only new code needs it.
  await using nats = openNats({ log }, { ...config.nats, name: config.podName });
  const store = createCodeStore(nats.connecting, { replicas: config.storeReplicas });
  const egress = createEgress({ clock, settings, resolve: resolveBySystem });
  const deps = { kube, clock, random, log, settings, store, egress, metrics, health };
  await operate(deps, { namespace: config.namespace, identity: config.podName }, signal);
}
