/**
 * What a namespace's pools should be, purely: of each shape in use as many generic environments as were needed lately, and never
 * fewer than the settings say; within the limits, none where nothing was invoked for long, none while the cluster refuses them,
 * and none from before a change.
 */
import type { Shape } from "../../kernel/pod/shape.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { failureWaitMs } from "../backoff.ts";
import { startingMsMax } from "../pod/starting.ts";
import { demandOf } from "./demand.ts";
import { restMs } from "./rest.ts";

export interface WantedShape {
  shape: Shape;
  /** What its pods are built from now. */
  template: string;
  /** Functions that share it: the most shared are served first when limits bite. */
  functions: number;
  /** When environments of it were claimed, or made because there was none to claim. */
  takenMs: readonly number[];
}

export interface PoolPod {
  name: string;
  uid: string;
  shape: string;
  template: string;
  createdMs: number;
  state: "starting" | "running" | "leaving" | "failed";
  /** When it failed, and what ended it; undefined otherwise. */
  failure?: PoolFailure;
}

export interface PoolFailure {
  atMs: number;
  message: string;
}

export interface PoolObserved {
  nowMs: number;
  shapes: WantedShape[];
  /** The namespace's unclaimed environments. */
  pods: PoolPod[];
  /** Unclaimed environments of all other namespaces. */
  elsewhere: number;
  /** How long ago those of them were made that are still expected to start. */
  startingElsewhereMs: readonly number[];
  /** When an environment was last in use, or a function last changed. */
  lastUseMs: number;
  /** The API server refused a pod: none before this. */
  refusedUntilMs: number | undefined;
  /** Functions here were refused pods for lack of quota not long ago: their shapes, and how long the pools yield to them. */
  starving: { shapes: ReadonlySet<string>; untilMs: number } | undefined;
}

export interface PoolPlan {
  create: Shape[];
  remove: { name: string; uid: string; reason: "unused" | "outdated" | "surplus" | "yielding" }[];
  /** How many there should be. */
  wanted: number;
  /** The last end of an environment for which a shape is not fed now. */
  heldBack: PoolFailure | undefined;
  /** It wants pods that others' starting ones leave no place for. */
  waitsForStarts: boolean;
  /** Look again after this, though nothing happens. */
  againMs: number | undefined;
}

/** Other namespaces' pools left no room for all that is wanted: theirs shrink without a word to this one. */
export const crowdedAgainMs = 10_000;

export function planPool(observed: PoolObserved, { pools }: Settings): PoolPlan {
  const { nowMs, starving } = observed;
  const idleAtMs = observed.lastUseMs + pools.idleSecondsMax * 1000;
  const open = pools.enabled && nowMs < idleAtMs;
  const present = observed.pods.filter((pod) => pod.state === "starting" || pod.state === "running");
  const shapes = observed.shapes.toSorted(byImportance);

  const plan: PoolPlan = {
    create: [],
    remove: [],
    wanted: 0,
    heldBack: undefined,
    waitsForStarts: false,
    againMs: open && shapes.length > 0 ? idleAtMs - nowMs : undefined,
  };
  const soonest = (ms: number) => {
    plan.againMs = Math.min(plan.againMs ?? ms, ms);
  };
  const sizes = open ? sizesOf(observed, shapes, pools) : new Map<string, number>();
  for (const { takenMs } of open ? shapes : []) {
    const { size, untilMs } = demandOf(takenMs, nowMs);
    if (untilMs !== undefined && size > pools.sizeMin) soonest(untilMs - nowMs);
  }
  if (open && isCrowded(observed, shapes, sizes, pools)) soonest(crowdedAgainMs);
  const startingMs = [...startingAges(present, shapes, nowMs), ...observed.startingElsewhereMs];
  const takenMs = shapes.flatMap((one) => one.takenMs);
  let startable = Math.max(0, pools.startingMax - startingMs.length);

  for (const { shape, template } of shapes) {
    const ofShape = present.filter((pod) => pod.shape === shape.hash);
    const fresh = ofShape.filter((pod) => pod.template === template).toSorted(byReadiness);
    const old = ofShape.filter((pod) => pod.template !== template);
    const yields = starving !== undefined && !starving.shapes.has(shape.hash);
    const wanted = sizes.get(shape.hash) ?? 0;
    plan.wanted += wanted;
    for (const pod of fresh.slice(wanted))
      plan.remove.push(removal(pod, yields ? "yielding" : open ? "surplus" : "unused"));
    const standing = fresh.filter(isRunning).length;
    for (const pod of dispensable(old, wanted - standing)) plan.remove.push(removal(pod, "outdated"));

    const missing = wanted - fresh.length;
    if (missing <= 0) continue;
    const heldUntilMs = Math.max(observed.refusedUntilMs ?? 0, starving?.untilMs ?? 0);
    const failures = failuresOf(observed, shape.hash);
    const failedMs = failures.map(({ atMs }) => atMs);
    const failureMs = failureWaitMs(failedMs, nowMs, wanted);
    if (failureMs > 0) plan.heldBack ??= failures.toSorted((a, b) => b.atMs - a.atMs)[0];
    const waitMs = Math.max(failureMs, heldUntilMs - nowMs);
    if (waitMs > 0) {
      soonest(waitMs);
      continue;
    }
    const quietMs = restMs(takenMs, nowMs, standing === 0);
    if (quietMs > 0) {
      soonest(quietMs);
      continue;
    }
    plan.waitsForStarts ||= startable < missing;
    if (startable < missing && startingMs.length > 0) soonest(startingMsMax - Math.max(...startingMs));
    for (let i = 0; i < missing && startable > 0; i++, startable--) plan.create.push(shape);
  }
  if (starving !== undefined) soonest(starving.untilMs - nowMs);
  const inUse = new Set(shapes.map((one) => one.shape.hash));
  for (const pod of present) if (!inUse.has(pod.shape)) plan.remove.push(removal(pod, "unused"));
  return plan;
}

/** Every shape has its minimum before any has more, so that one that is in demand takes nothing from another. */
function sizesOf(
  { nowMs, elsewhere, starving }: PoolObserved,
  shapes: readonly WantedShape[],
  pools: Settings["pools"],
): Map<string, number> {
  let room = Math.max(0, Math.min(pools.sizeMaxPerNamespace, pools.sizeMaxTotal - elsewhere));
  const sizes = new Map<string, number>();
  const raise = (hash: string, to: number) => {
    const before = sizes.get(hash) ?? 0;
    const more = Math.min(Math.max(0, to - before), room);
    room -= more;
    sizes.set(hash, before + more);
  };
  const fed = shapes.filter(({ shape }) => starving === undefined || starving.shapes.has(shape.hash));
  for (const { shape } of fed) raise(shape.hash, pools.sizeMin);
  for (const { shape, takenMs } of fed)
    raise(shape.hash, Math.min(pools.sizeMax, demandOf(takenMs, nowMs).size));
  return sizes;
}

/** Whether a shape has less than its minimum because of the installation's total, not its namespace's own bound. */
function isCrowded(
  { elsewhere }: PoolObserved,
  shapes: readonly WantedShape[],
  sizes: ReadonlyMap<string, number>,
  pools: Settings["pools"],
): boolean {
  if (pools.sizeMaxTotal - elsewhere >= pools.sizeMaxPerNamespace) return false;
  return shapes.some(({ shape }) => (sizes.get(shape.hash) ?? 0) < pools.sizeMin);
}

/** An outdated one serves until its replacement stands; one that does not run serves nobody, and may never do. */
function dispensable(old: readonly PoolPod[], needed: number): PoolPod[] {
  const serving = old.filter(isRunning).toSorted(byReadiness);
  return [...old.filter((pod) => !isRunning(pod)), ...serving.slice(Math.max(0, needed))];
}

/** How long ago those were made that are still expected to start, and are not about to be removed. */
function startingAges(present: readonly PoolPod[], shapes: readonly WantedShape[], nowMs: number): number[] {
  const templates = new Map(shapes.map(({ shape, template }) => [shape.hash, template]));
  return present
    .filter((pod) => pod.state === "starting" && templates.get(pod.shape) === pod.template)
    .map((pod) => nowMs - pod.createdMs)
    .filter((ageMs) => ageMs < startingMsMax);
}

/** When environments of a shape died that are still there: one whose environments die at once is not fed. */
function failuresOf({ pods }: PoolObserved, shape: string): PoolFailure[] {
  return pods.flatMap((pod) => (pod.shape === shape ? (pod.failure ?? []) : []));
}

function isRunning(pod: PoolPod): boolean {
  return pod.state === "running";
}

function removal({ name, uid }: PoolPod, reason: PoolPlan["remove"][number]["reason"]) {
  return { name, uid, reason };
}

/** Running ones first, then the oldest: what is kept is what is warm. */
function byReadiness(a: PoolPod, b: PoolPod): number {
  const rank = (pod: PoolPod) => (isRunning(pod) ? 0 : 1);
  return rank(a) - rank(b) || a.createdMs - b.createdMs || (a.name < b.name ? -1 : 1);
}

function byImportance(a: WantedShape, b: WantedShape): number {
  return b.functions - a.functions || (a.shape.hash < b.shape.hash ? -1 : 1);
}
