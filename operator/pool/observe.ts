/** Gathers what the pools of a namespace are planned on. */
import { conditionOf, conditionTypes } from "../../crds/conditions.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { annotations, claims, components, labels } from "../../crds/labels.ts";
import { functionNameOf } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Trust } from "../../kernel/pod/frame.ts";
import { templateHash } from "../../kernel/pod/pool.ts";
import { poolable, shapeOf } from "../../kernel/pod/shape.ts";
import type { Settings, SettingsDep } from "../../kernel/settings/schema.ts";
import { type Made, startingAges } from "../pod/starting.ts";
import { endOf } from "../pod/trouble.ts";
import { claimOf, endedMs, isForRequest, isOver, type PodView, podSchema, shapeOfPod } from "../pod/view.ts";
import type { Watches } from "../watches.ts";
import type { PoolObserved, PoolPod, WantedShape } from "./plan.ts";
import type { PoolRecord } from "./record.ts";

export type ObserveDeps = KubeDep &
  ClockDep &
  SettingsDep & {
    watches: Pick<Watches, "functions" | "aliases" | "revisions" | "pods">;
    /** By namespace. */
    made: Pick<Made, "unseenBut">;
  };

/** The pods are listed anew: one made a moment ago must not be made again because the watch lags. */
export async function observePool(
  deps: ObserveDeps,
  namespace: string,
  trust: Trust,
  record: PoolRecord | undefined,
  refusedUntilMs: number | undefined,
): Promise<PoolObserved> {
  const { watches, settings, clock } = deps;
  const nowMs = clock.nowMs();
  const labelSelector = `${labels.component}=${components.environment},${labels.claim}=${claims.pool}`;
  const page = await deps.kube.list(resources.pods, { namespace, labelSelector });
  const revisions = servingRevisions(watches, namespace);
  const elsewhere = watches.pods
    .list()
    .filter((pod) => pod.metadata.namespace !== namespace && claimOf(pod) === claims.pool && !isOver(pod));
  const unseenMs = deps.made.unseenBut(namespace);
  return {
    nowMs,
    shapes: shapesOf(revisions, settings, namespace, trust, takenIn(watches.pods.list(), namespace)),
    pods: page.items.map((raw) => toPoolPod(podSchema.parse(raw))),
    elsewhere: elsewhere.length + unseenMs.length,
    startingElsewhereMs: [...startingAges(elsewhere, nowMs), ...unseenMs],
    lastUseMs: lastUse(watches.pods.list(), revisions, namespace, record, nowMs),
    refusedUntilMs,
    starving: starvingOf(revisions, settings, namespace, nowMs),
  };
}

/** What `$LATEST` of the namespace's Functions runs, and what their aliases send invocations to. */
function servingRevisions(
  { functions, aliases, revisions }: ObserveDeps["watches"],
  namespace: string,
): RevisionObject[] {
  const served = functions.list().filter((of) => of.metadata.namespace === namespace && isWanted(of));
  const wanted = new Set(served.map(functionNameOf));
  const routed = aliases
    .list()
    .filter(({ metadata, spec }) => metadata.namespace === namespace && wanted.has(spec.functionName))
    .flatMap(({ status }) => (status.routes ?? []).map((route) => route.revision));
  const names = new Set([...served.map((of) => of.status.revision), ...routed]);
  return [...names].flatMap((name) => revisions.get(`${namespace}/${name}`) ?? []);
}

function isWanted({ metadata, spec }: FunctionObject): boolean {
  return metadata.deletionTimestamp === undefined && spec.reservedConcurrency !== 0;
}

function shapesOf(
  revisions: readonly RevisionObject[],
  settings: Settings,
  namespace: string,
  trust: Trust,
  taken: ReadonlyMap<string, number[]>,
): WantedShape[] {
  const byHash = new Map<string, WantedShape>();
  for (const { spec } of revisions) {
    if (!poolable(spec, settings)) continue;
    const shape = shapeOf(spec, settings, namespace);
    const functions = (byHash.get(shape.hash)?.functions ?? 0) + 1;
    const template = templateHash(shape, settings, trust);
    byHash.set(shape.hash, { shape, template, functions, takenMs: taken.get(shape.hash) ?? [] });
  }
  return [...byHash.values()];
}

/** By shape, when a pool's environment was claimed or a pod of its own was made for a request. */
export function takenIn(pods: readonly PodView[], namespace: string): Map<string, number[]> {
  const taken = new Map<string, number[]>();
  for (const pod of pods) {
    const { metadata } = pod;
    const shape = shapeOfPod(pod);
    if (metadata.namespace !== namespace || shape === undefined || !isForRequest(pod)) continue;
    const atMs = Date.parse(metadata.annotations[annotations.claimedAt] ?? metadata.creationTimestamp);
    if (Number.isNaN(atMs)) continue;
    taken.set(shape, [...(taken.get(shape) ?? []), atMs]);
  }
  return taken;
}

/** An environment that lives and is no pool's was in use within its idle time: that counts as now. */
function lastUse(
  pods: readonly PodView[],
  revisions: readonly RevisionObject[],
  namespace: string,
  record: PoolRecord | undefined,
  nowMs: number,
): number {
  const inUse = pods.some(
    (pod) => pod.metadata.namespace === namespace && claimOf(pod) !== claims.pool && !isOver(pod),
  );
  if (inUse) return nowMs;
  const made = revisions.map((revision) => Date.parse(revision.metadata.creationTimestamp ?? "") || 0);
  return Math.max(record?.lastUseMs ?? 0, ...made);
}

/** A pool yields for this long after a function was refused a pod: by then its gateway has tried again. */
export const yieldMs = 300_000;

/** What gateways say of pods they were refused, in the Revisions' conditions. */
function starvingOf(
  revisions: readonly RevisionObject[],
  settings: Settings,
  namespace: string,
  nowMs: number,
): PoolObserved["starving"] {
  const starving = revisions.flatMap(({ spec, status }) => {
    const condition = conditionOf(status.conditions, conditionTypes.Schedulable);
    if (condition?.status !== "False" || condition.reason !== "QuotaExceeded") return [];
    const untilMs = (Date.parse(condition.lastTransitionTime) || 0) + yieldMs;
    return untilMs > nowMs ? [{ shape: shapeOf(spec, settings, namespace).hash, untilMs }] : [];
  });
  if (starving.length === 0) return undefined;
  const untilMs = Math.max(...starving.map((one) => one.untilMs));
  return { shapes: new Set(starving.map((one) => one.shape)), untilMs };
}

function toPoolPod(pod: PodView): PoolPod {
  const { name, uid, creationTimestamp, deletionTimestamp } = pod.metadata;
  const base = {
    name,
    uid,
    shape: shapeOfPod(pod) ?? "",
    template: pod.metadata.annotations[annotations.template] ?? "",
    createdMs: Date.parse(creationTimestamp) || 0,
  };
  if (pod.status.phase === "Failed")
    return {
      ...base,
      state: "failed",
      failure: { atMs: endedMs(pod) ?? base.createdMs, message: endOf(pod) },
    };
  if (pod.status.phase === "Succeeded" || deletionTimestamp !== undefined)
    return { ...base, state: "leaving" };
  return { ...base, state: pod.status.phase === "Running" ? "running" : "starting" };
}
