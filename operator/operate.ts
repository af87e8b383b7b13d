/** The operator itself: watches what it needs, and works while it holds the Lease; others stand by. */
import type { Health } from "../kernel/health/health.ts";
import { campaign } from "../kernel/lease/election.ts";
import { type ActiveDeps, runActive } from "./active.ts";
import { createTeller } from "./events/tell.ts";
import { createBoundStore } from "./store.ts";
import { createWatches } from "./watches.ts";

export const leaseName = "kambda-operator";
/** A copy older than this is not to be relied on: the operator says it is not ready. */
export const staleMsMax = 180_000;

export type OperateDeps = Omit<ActiveDeps, "watches" | "teller"> & { health: Health };

export interface OperateOptions {
  /** The release's own namespace. */
  namespace: string;
  /** This process among its replicas. */
  identity: string;
}

/** Runs until the signal fires. */
export async function operate(
  deps: OperateDeps,
  options: OperateOptions,
  signal: AbortSignal,
): Promise<void> {
  const { metrics, health } = deps;
  const { namespace, identity } = options;
  const watches = createWatches(deps, namespace);
  for (const watch of Object.values(watches)) health.add(watch.name, () => stale(watch.staleMs()));
  metrics.gauge("kambda_operator_stale_seconds", "Age of the copy of a watched kind.", "resource", () =>
    Object.fromEntries(Object.values(watches).map((watch) => [watch.name, watch.staleMs() / 1000])),
  );
  const watching = Object.values(watches).map((watch) => watch.start(signal));
  const teller = createTeller(deps, identity);
  await campaign(deps, { namespace, name: leaseName, identity }, signal, async (leading) => {
    metrics.leading.set(1);
    try {
      await runActive({ ...deps, watches, teller, store: createBoundStore(deps, leading) }, leading);
    } finally {
      metrics.standBy();
    }
  });
  await Promise.all(watching);
}

function stale(ms: number): string | undefined {
  // Nothing is decided before all are read: until then it is not ready either.
  if (ms === Number.POSITIVE_INFINITY) return "not read from the API server yet";
  return ms > staleMsMax ? `not heard from the API server for ${Math.round(ms / 1000)} s` : undefined;
}
