/** The pools of one namespace, brought to what the plan says. */
import type { Trust } from "../../kernel/pod/frame.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { OperatorMetrics } from "../metrics.ts";
import { type ObserveDeps, observePool } from "./observe.ts";
import { type PerformDeps, performPool } from "./perform.ts";
import { type PoolObserved, planPool } from "./plan.ts";
import { type PoolRecord, readPoolRecord, removePoolRecord, writePoolRecord } from "./record.ts";

export type PoolDeps = ObserveDeps &
  PerformDeps & {
    metrics: Pick<OperatorMetrics, "poolPods" | "poolWanted">;
    /** Undefined until a gateway has made the link's keys. */
    trust: () => Trust | undefined;
  };

/** Without the link's CA a pod could not dial home: looked for again after this, though its watch will tell. */
const trustMs = 30_000;
/** The record of the last use is written this often at most, in parts of the idle time. */
const recordParts = 10;

/** `wait` is called where others' starting pods leave no place for all that is wanted. */
export async function reconcilePool(deps: PoolDeps, namespace: string, wait: () => void): Promise<Again> {
  const { kube, settings, metrics } = deps;
  const record = await readPoolRecord(kube, namespace);
  if (!deps.watches.functions.list().some((of) => of.metadata.namespace === namespace)) {
    metrics.poolPods.remove({ namespace });
    metrics.poolWanted.remove({ namespace });
    // Its pods are its dependants: the garbage collector takes them along.
    if (record !== undefined) await removePoolRecord(kube, namespace, record.uid);
    return { again: "never" };
  }
  const trust = deps.trust();
  if (trust === undefined) return { again: "after", ms: trustMs };

  const observed = await observePool(deps, namespace, trust, record, deps.refusals.untilMs(namespace));
  const plan = planPool(observed, settings);
  metrics.poolPods.set({ namespace }, observed.pods.filter((pod) => pod.state === "running").length);
  metrics.poolWanted.set({ namespace }, plan.wanted);
  if (plan.create.length > 0 || plan.remove.length > 0 || record !== undefined) {
    await performPool(deps, { namespace, trust }, plan, () => keepRecord(deps, namespace, record, observed));
  }
  if (plan.waitsForStarts) wait();
  return plan.againMs === undefined
    ? { again: "round" }
    : { again: "after", ms: Math.max(1000, plan.againMs) };
}

async function keepRecord(
  { kube, settings }: PoolDeps,
  namespace: string,
  record: PoolRecord | undefined,
  { lastUseMs }: PoolObserved,
): Promise<PoolRecord> {
  const apartMs = (settings.pools.idleSecondsMax * 1000) / recordParts;
  if (record !== undefined && lastUseMs - record.lastUseMs < apartMs) return record;
  return writePoolRecord(kube, namespace, lastUseMs);
}
