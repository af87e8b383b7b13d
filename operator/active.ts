/** What only the active operator does: its controllers, for as long as it holds the Lease. */
import type { ClockDep } from "../kernel/clock/clock.ts";
import type { KubeDep } from "../kernel/kube/port.ts";
import type { LogDep } from "../kernel/log/log.ts";
import type { RandomDep } from "../kernel/random/random.ts";
import type { SettingsDep } from "../kernel/settings/schema.ts";
import type { StoreDep } from "../kernel/store/store.ts";
import { createAliasController } from "./alias/controller.ts";
import { createReservations } from "./concurrency/reservations.ts";
import type { EgressDep } from "./egress/request.ts";
import type { Teller } from "./events/tell.ts";
import { createFunctionController } from "./function/controller.ts";
import { createCodeMemory } from "./function/memory.ts";
import { createGarbageController } from "./garbage/controller.ts";
import { createLayerController } from "./layer/controller.ts";
import { type OperatorMetrics, queueDepth } from "./metrics.ts";
import { createPoolController } from "./pool/controller.ts";
import { createRefusals } from "./pool/refusals.ts";
import { createProvisionedController } from "./provisioned/controller.ts";
import { createProvisionRefusals } from "./provisioned/refusals.ts";
import { createVersionController } from "./version/controller.ts";
import type { Watches } from "./watches.ts";

export type ActiveDeps = KubeDep &
  ClockDep &
  RandomDep &
  LogDep &
  SettingsDep &
  StoreDep &
  EgressDep & {
    watches: Watches;
    metrics: OperatorMetrics;
    teller: Teller;
  };

/** Runs until the signal fires and all that was in hand has ended. */
export async function runActive(deps: ActiveDeps, signal: AbortSignal): Promise<void> {
  const { watches, metrics } = deps;
  if (signal.aborted) return;
  await Promise.race([
    Promise.all(Object.values(watches).map((watch) => watch.synced)),
    new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
  ]);
  const memory = createCodeMemory(deps);
  const refusals = createRefusals(deps);
  const reservations = createReservations(deps);
  const functions = createFunctionController({ ...deps, memory, reservations }, signal);
  const pools = createPoolController({ ...deps, refusals }, signal);
  const garbage = createGarbageController({ ...deps, memory }, signal);
  const layers = createLayerController({ ...deps, memory }, signal);
  const provisionRefusals = createProvisionRefusals();
  const versions = createVersionController({ ...deps, provisionRefusals }, signal);
  const aliases = createAliasController({ ...deps, provisionRefusals }, signal);
  const provisioned = createProvisionedController({ ...deps, provisionRefusals, reservations }, signal);
  const queues = { functions, layers, versions, aliases, provisioned, pools, garbage };
  metrics.gauge(queueDepth, "Keys ready or in hand.", "queue", () =>
    Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.depth()])),
  );
  await Promise.all(Object.values(queues).map((queue) => queue.start(signal)));
}
