/** The operator's composition root: what it is made of, and the order it starts and stops in. */

import { createSystemClock } from "../kernel/clock/clock.ts";
import { createHealth } from "../kernel/health/health.ts";
import { findCredentials } from "../kernel/kube/credentials.ts";
import { createFetchKube } from "../kernel/kube/fetch.ts";
import { campaign } from "../kernel/lease/election.ts";
import { createLog } from "../kernel/log/log.ts";
import { listenForMetrics } from "../kernel/metrics/listener.ts";
import { createSystemRandom } from "../kernel/random/random.ts";
import { readSettings } from "../kernel/settings/read.ts";
import { connectNats } from "../kernel/store/connect.ts";
import { createCodeStore } from "../kernel/store/store.ts";
import { runActive } from "./active.ts";
import { readConfig } from "./config.ts";
import { createEgress } from "./egress/request.ts";
import { resolveBySystem } from "./egress/target.ts";
import { createTeller } from "./events/tell.ts";
import { createOperatorMetrics } from "./metrics.ts";
import { createWatches } from "./watches.ts";

export const leaseName = "kambda-operator";
/** A copy older than this is not to be relied on: the operator says it is not ready. */
export const staleMsMax = 180_000;

/** Runs until the signal fires. */
export async function runOperator(
  environment: Record<string, string | undefined>,
  signal: AbortSignal,
): Promise<void> {
  const config = readConfig(environment);
  const settings = readSettings(config.settingsPath);
  const log = createLog("operator", config.logLevel);
  const clock = createSystemClock();
  const random = createSystemRandom();
  const kube = createFetchKube(await findCredentials({ clock }, environment));
  const metrics = createOperatorMetrics();
  const health = createHealth();
  await using _listener = await listenForMetrics({ port: config.metricsPort }, metrics.registry, health);

  const connection = await connectNats({ log }, { ...config.nats, name: config.podName });
  await using _nats = { [Symbol.asyncDispose]: () => connection.close() };
  const store = createCodeStore(connection, { replicas: config.storeReplicas });
  const watches = createWatches({ kube, clock, random, log }, config.namespace);
  for (const watch of Object.values(watches)) {
    health.add(watch.name, () => stale(watch.staleMs()));
  }
  metrics.gauge("kambda_operator_stale_seconds", "Age of the copy of a watched kind.", "resource", () =>
    Object.fromEntries(Object.values(watches).map((watch) => [watch.name, watch.staleMs() / 1000])),
  );
  const watching = Object.values(watches).map((watch) => watch.start(signal));
  const teller = createTeller({ kube, clock, log }, config.podName);
  const deps = {
    kube,
    clock,
    random,
    log,
    settings,
    store,
    egress: createEgress({ clock, settings, resolve: resolveBySystem }),
    watches,
    metrics,
    teller,
    namespace: config.namespace,
  };

  const identity = { namespace: config.namespace, name: leaseName, identity: config.podName };
  await campaign({ kube, clock, random, log }, identity, signal, async (leading) => {
    metrics.leading.set(1);
    await runActive(deps, leading);
    metrics.leading.set(0);
  });
  await Promise.all(watching);
}

function stale(ms: number): string | undefined {
  return ms > staleMsMax ? `not heard from the API server for ${Math.round(ms / 1000)} s` : undefined;
}
