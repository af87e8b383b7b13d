/**
 * Leader election over a Lease: one process at a time does the work, another takes over when it leaves or falls silent.
 * A leader that cannot renew stops before another can have taken the Lease.
 */
import type { ClockDep } from "../clock/clock.ts";
import { isReason, type KubeDep, type KubeObject } from "../kube/port.ts";
import { resources } from "../kube/resources.ts";
import type { LogDep } from "../log/log.ts";
import { jitter, type RandomDep } from "../random/random.ts";
import { decide, type LeaseRecord, parseLease, type Sighting, sight } from "./decide.ts";
import { leaseObject, releasedSeconds } from "./write.ts";

export interface ElectionOptions {
  namespace: string;
  name: string;
  /** The process: its pod's name. */
  identity: string;
}

/** Silent for this long: another takes over. */
export const leaseSeconds = 15;
/** Not renewed for this long: the leader stops by itself, well before. */
export const renewMsMax = 10_000;
export const renewEveryMs = 3_000;
export const lookEveryMs = 2_000;

type Deps = KubeDep & ClockDep & RandomDep & LogDep;

/**
 * Until `signal` fires: waits for the Lease, then runs `lead` for as long as it is held; its signal fires when it is lost.
 * The Lease is released on the way out. `epoch` grows with each change of holder.
 */
export async function campaign(
  deps: Deps,
  options: ElectionOptions,
  signal: AbortSignal,
  lead: (signal: AbortSignal, epoch: number) => Promise<void>,
): Promise<void> {
  let seen: Sighting | undefined;
  while (!signal.aborted) {
    const taken = await look(deps, options, seen);
    seen = taken.seen;
    if (taken.held !== undefined) {
      await hold(deps, options, taken.held, signal, lead);
      seen = undefined;
    } else await pause(deps, jitter(deps.random, lookEveryMs), signal);
  }
}

async function look(
  deps: Deps,
  options: ElectionOptions,
  before: Sighting | undefined,
): Promise<{ seen: Sighting | undefined; held?: LeaseRecord }> {
  const now = deps.clock.monotonicMs();
  try {
    const raw = await deps.kube.get(resources.leases, options);
    const seen = raw === undefined ? undefined : sight(before, parseLease(raw), now);
    const decision = decide(seen, options.identity, now);
    switch (decision.decision) {
      case "wait":
        return { seen };
      case "create":
        return {
          seen,
          held: parseLease(await deps.kube.create(resources.leases, record(deps, options, undefined))),
        };
      case "renew":
      case "take":
        return {
          seen,
          held: parseLease(await deps.kube.replace(resources.leases, record(deps, options, decision.lease))),
        };
    }
  } catch (error) {
    // Another candidate was quicker: look again.
    if (!isReason(error, "Conflict") && !isReason(error, "AlreadyExists")) {
      deps.log.warn("cannot reach for the lease; trying again", {
        lease: options.name,
        reason: String(error),
      });
    }
    return { seen: before };
  }
}

async function hold(
  deps: Deps,
  options: ElectionOptions,
  lease: LeaseRecord,
  signal: AbortSignal,
  lead: (signal: AbortSignal, epoch: number) => Promise<void>,
): Promise<void> {
  const leading = new AbortController();
  const stop = () => leading.abort();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  deps.log.info("leading", { lease: options.name, epoch: lease.transitions });
  const renewing = renew(deps, options, lease, leading.signal).finally(stop);
  try {
    await lead(leading.signal, lease.transitions);
  } finally {
    stop();
    signal.removeEventListener("abort", stop);
    const last = await renewing;
    if (last !== undefined) await release(deps, options, last);
    deps.log.info("no longer leading", { lease: options.name });
  }
}

/** Renews until stopped or lost; the record as last written when it is still ours. */
async function renew(
  deps: Deps,
  options: ElectionOptions,
  lease: LeaseRecord,
  signal: AbortSignal,
): Promise<LeaseRecord | undefined> {
  let held = lease;
  let renewedAt = deps.clock.monotonicMs();
  while (!signal.aborted) {
    await pause(deps, renewEveryMs, signal);
    if (signal.aborted) break;
    try {
      const startedAt = deps.clock.monotonicMs();
      held = parseLease(await deps.kube.replace(resources.leases, record(deps, options, held)));
      renewedAt = startedAt;
    } catch (error) {
      deps.log.warn("cannot renew the lease", { lease: options.name, reason: String(error) });
      if (isReason(error, "Conflict") || isReason(error, "NotFound")) {
        const now = await current(deps, options);
        if (now?.holder !== options.identity) return undefined;
        held = now;
      }
    }
    if (deps.clock.monotonicMs() - renewedAt > renewMsMax) return undefined;
  }
  return held;
}

async function current(deps: Deps, options: ElectionOptions): Promise<LeaseRecord | undefined> {
  try {
    const raw = await deps.kube.get(resources.leases, options);
    return raw === undefined ? undefined : parseLease(raw);
  } catch (error) {
    deps.log.warn("cannot read the lease", { lease: options.name, reason: String(error) });
    return undefined;
  }
}

async function release(deps: Deps, options: ElectionOptions, held: LeaseRecord): Promise<void> {
  const { transitions } = held;
  const write = { holder: "", transitions, durationSeconds: releasedSeconds, before: held };
  try {
    await deps.kube.replace(resources.leases, leaseObject(options, write, deps.clock.nowMs()));
  } catch (error) {
    // It runs out by itself.
    deps.log.warn("cannot release the lease", { lease: options.name, reason: String(error) });
  }
}

/** The Lease as we hold it; `before` absent: a new one. */
function record({ clock }: Deps, options: ElectionOptions, before: LeaseRecord | undefined): KubeObject {
  const { identity: holder } = options;
  const isChange = before !== undefined && before.holder !== holder;
  const transitions = (before?.transitions ?? 0) + (isChange ? 1 : 0);
  return leaseObject(options, { holder, transitions, durationSeconds: leaseSeconds, before }, clock.nowMs());
}

async function pause(deps: ClockDep, ms: number, signal: AbortSignal): Promise<void> {
  await deps.clock.sleep(ms, signal).catch((reason: unknown) => {
    if (!signal.aborted) throw reason;
  });
}
