/** Which kept environments to make and which to let go, purely. A fixed point: with as many as are wanted, nothing is done. */
import { type Again, roundMs } from "../../kernel/queue/queue.ts";
import { failureWaitMs } from "../backoff.ts";
import type { Provision } from "../concurrency/provision.ts";
import { startingMsMax } from "../pod/starting.ts";
import { replacedAtMs } from "./age.ts";
import { byUse, type Death, type KeptPod } from "./pods.ts";

export interface ProvisionedObserved {
  nowMs: number;
  /** How many are asked for, and when a schedule changes it. */
  wanted: number;
  nextMs: number | undefined;
  pods: readonly KeptPod[];
  /** How long ago those of other Revisions were made that are still expected to start. */
  startingElsewhereMs: readonly number[];
  /** Those that ended before they were of any use, and are kept for a look. */
  deaths: readonly Death[];
  /** What pods are built from now; unknown until a gateway has come up. */
  template: string | undefined;
  /** At about this age one is replaced, which is how images roll. */
  ageMsMax: number;
  /** A node may be on its way for this long. */
  unschedulableMsMax: number;
  /** How many of them there may be. */
  provision: Provision;
}

export interface ProvisionedPlan {
  create: number;
  remove: KeptPod[];
  /** Why there are not as many as are asked for. */
  problem: string | undefined;
  /** Those that start, of others too, leave no place for all that are lacking. */
  waitsForStarts: boolean;
  again: Again;
}

/** So many start at once, of all Revisions together: a node starts about two a second. The rest follow as those have started. */
export const startingMax = 10;
const nextRoundMs = 1_000;
/** After a refusal; quota may have become free. */
export const refusedMs = 15_000;
/** Its node has tried to start it for this long, as long as a kubelet waits between two pulls: another node may do better. */
export const unstartableMsMax = 300_000;

/** One whose INIT failed keeps its place while it is kept for a look, so that broken code does not make pods without end. */
export function planProvisioned(observed: ProvisionedObserved): ProvisionedPlan {
  const { nowMs, wanted, nextMs, pods, deaths, provision } = observed;
  const { problem: tooMany } = provision;
  const { order, staysMax, aim } = replacing(observed);
  const surplus = order.slice(0, Math.max(0, pods.length - staysMax));
  const staying = order.slice(surplus.length);
  const hopeless = staying.filter((pod) => isHopeless(observed, pod));
  const startingMs = [...observed.startingElsewhereMs, ...startingAges(observed, staying)];
  const places = Math.max(0, startingMax - startingMs.length);
  const replaced = hopeless.slice(0, places);
  const lacking = Math.max(0, aim - staying.length) + replaced.length;
  const waitMs = lacking === 0 ? 0 : deathWaitMs(observed);
  const create = waitMs > 0 ? 0 : Math.min(lacking, places);
  const died = waitMs > 0 ? deaths.toSorted((a, b) => b.atMs - a.atMs)[0]?.message : undefined;
  const problem = tooMany ?? staying.flatMap((pod) => said(observed, pod) ?? [])[0] ?? died;
  const waitsForStarts = waitMs === 0 && create < lacking;
  const dueMs = [
    problem === undefined ? [] : refusedMs,
    waitMs > 0 ? Math.max(nextRoundMs, waitMs) : [],
    waitsForStarts ? Math.min(create > 0 ? nextRoundMs : startingMsMax, placeMs(startingMs)) : [],
    nextMs === undefined ? [] : nextMs - nowMs,
    staying.flatMap((pod) => hopeMs(observed, pod) ?? []),
    staying.flatMap((pod) => ageMs(observed, pod) ?? []),
  ].flat();
  const remove = [...surplus, ...replaced];
  return { create, remove, problem, waitsForStarts, again: againOf(dueMs, wanted) };
}

interface Replacing {
  /** What goes first comes first. */
  order: KeptPod[];
  staysMax: number;
  /** How many there are to be. */
  aim: number;
}

/** An old one goes when another stands in its place: one more is made than may stay, one after the other. */
function replacing({ pods, provision: { allowed }, ageMsMax, nowMs }: ProvisionedObserved): Replacing {
  const sorted = pods.toSorted(byUse).toReversed();
  const available = sorted.filter(({ state }) => state === "available");
  const old = available.filter((pod) => replacedAtMs(pod, ageMsMax) <= nowMs);
  const isDue = old.length > 0 && allowed > 0;
  return {
    order: [
      ...sorted.filter(({ state }) => state !== "available"),
      ...old.toReversed(),
      ...available.filter((pod) => !old.includes(pod)),
    ],
    staysMax: isDue && available.length <= allowed ? allowed + 1 : allowed,
    aim: isDue && available.length === allowed ? allowed + 1 : allowed,
  };
}

/** Until it is old enough to be replaced, where that is before the ordinary round. */
function ageMs({ nowMs, ageMsMax }: ProvisionedObserved, pod: KeptPod): number | undefined {
  const leftMs = replacedAtMs(pod, ageMsMax) - nowMs;
  return pod.state === "available" && leftMs > 0 && leftMs < roundMs ? leftMs : undefined;
}

function deathWaitMs({ deaths, wanted, nowMs }: ProvisionedObserved): number {
  const atOnce = Math.max(1, Math.min(wanted, startingMax));
  return failureWaitMs(
    deaths.map(({ atMs }) => atMs),
    nowMs,
    atOnce,
  );
}

function againOf(dueMs: readonly number[], wanted: number): Again {
  if (dueMs.length > 0) return { again: "after", ms: Math.max(1, Math.min(roundMs, ...dueMs)) };
  return wanted === 0 ? { again: "never" } : { again: "round" };
}

/** Of this Revision's own: one that is made anew, or that no node takes, leaves its place to others. */
function startingAges(observed: ProvisionedObserved, pods: readonly KeptPod[]): number[] {
  return pods
    .filter((pod) => pod.state === "waiting" && pod.trouble?.kind !== "unschedulable")
    .filter((pod) => !isHopeless(observed, pod))
    .map(({ createdMs }) => observed.nowMs - createdMs)
    .filter((ageMs) => ageMs < startingMsMax);
}

/** When the first of them holds up nobody any more, though it never starts. */
function placeMs(startingMs: readonly number[]): number {
  return startingMsMax - Math.max(0, ...startingMs);
}

/** What was mended since it was made may be what it waits for; and what its node cannot start, another may. */
function isHopeless({ nowMs, template }: ProvisionedObserved, pod: KeptPod): boolean {
  if (pod.state !== "waiting") return false;
  if (template !== undefined && pod.template !== template) return true;
  // Its node may have been long in coming: what counts is how long that one has tried.
  const triedMs = nowMs - (pod.scheduledMs ?? pod.createdMs);
  return pod.trouble?.kind === "unstartable" && triedMs >= unstartableMsMax;
}

/** What the cluster has against it. */
function said(observed: ProvisionedObserved, pod: KeptPod): string | undefined {
  if (pod.state !== "waiting" || hopeMs(observed, pod) !== undefined) return undefined;
  return pod.trouble?.message;
}

/** How long a node may still come for it; undefined where that is not what it waits for, or it is given up. */
function hopeMs({ nowMs, unschedulableMsMax }: ProvisionedObserved, pod: KeptPod): number | undefined {
  if (pod.state !== "waiting" || pod.trouble?.kind !== "unschedulable") return undefined;
  const leftMs = pod.createdMs + unschedulableMsMax - nowMs;
  return leftMs > 0 ? leftMs : undefined;
}
