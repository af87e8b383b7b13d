/** Environments coming and going: links that open, break and come back, pods that end, and what their callers are told. */
import { hasCome } from "../../crds/link/grant.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { jitter, type RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { outcomeOfLoss } from "../invoke/loss.ts";
import type { FromEnvironment, Hello, Link } from "../link/link.ts";
import type { JoinedAs } from "../placer/event.ts";
import type { ShardEvent } from "../shard/event.ts";
import type { FleetHands } from "./hands.ts";
import type { Held, Launched } from "./held.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetObserver } from "./observer.ts";
import type { Wanted } from "./requests.ts";
import { decideStanding } from "./standing.ts";
import { takeBack } from "./take-back.ts";

export interface Presence {
  get(environmentId: string): Held | undefined;
  joined(link: Link, hello: Hello): void;
  left(link: Link): void;
  standing(held: Held, head: Extract<FromEnvironment, { type: "standing" }>["head"]): void;
  podChanged(pod: EnvironmentPod, gone: boolean): void;
  /** Discards those past their invocation's time and margin; called with every beat. */
  discardStuck(): void;
}

export type PresenceDeps = ClockDep &
  RandomDep &
  LogDep &
  SettingsDep & {
    catalog: Catalog;
    observer: FleetObserver;
    hands: FleetHands;
    happen(namespace: string, event: ShardEvent): void;
    again(wanted: Wanted): void;
  };

export function createPresence(deps: PresenceDeps): Presence {
  const { clock, log, settings, catalog, observer, hands, happen } = deps;
  const helds = new Map<string, Held>();
  let stuckAtMs = Number.NEGATIVE_INFINITY;

  /** Its caller is told. Whether it still runs, the placer finds out. */
  const lose = (held: Held, { flight, granted }: Launched, pod?: EnvironmentPod) => {
    const { requestId, callable } = flight.request;
    held.launched.delete(requestId);
    happen(held.pod.namespace, { type: "orphaned", granted });
    if (flight.answered) return;
    observer.lost(callable);
    flight.settle(outcomeOfLoss(requestId, callable.functionVersion, pod));
  };
  const loseAll = (held: Held, pod?: EnvironmentPod) => {
    held.cancelLoss?.();
    for (const launched of [...held.launched.values()]) lose(held, launched, pod);
  };
  /** What else runs there has nothing to do with them, and runs on. */
  const loseThose = (held: Held, some: Launched[]) => {
    for (const launched of some)
      if (held.launched.get(launched.flight.request.requestId) === launched) lose(held, launched);
  };
  /** Only now: told as soon as it dialled, it would be counted neither as coming nor as there, and another be started for it. */
  const startOver = (held: Held) => {
    const { start } = held;
    if (start === undefined) return;
    held.start = undefined;
    const { startId, revisionKey } = start;
    happen(held.pod.namespace, { type: "placer", event: { type: "started", startId, revisionKey } });
  };

  /** Of no use, whatever its link says: its callers are told, its link closed. What still runs there counts on. */
  const discard = (held: Held, pod?: EnvironmentPod) => {
    const { link } = held;
    startOver(held);
    held.link = undefined;
    if (helds.get(held.id) === held) helds.delete(held.id);
    if (link !== undefined) happen(held.pod.namespace, { type: "unlinked", environmentId: held.id });
    takeBack(deps, held);
    loseAll(held, pod);
    link?.close();
  };

  const meet = (link: Link, hello: Hello): Held => {
    const { pod } = link;
    const key = `${pod.namespace}/${pod.name}`;
    const start = hands.claimStart(key);
    if (start !== undefined) observer.started(start.revisionKey);
    const ageMs = clock.nowMs() - pod.createdAtMs;
    const livesMs = jitter(deps.random, settings.environments.ageSecondsMax * 1000) - ageMs;
    const held: Held = {
      id: pod.uid,
      pod,
      link,
      callable:
        hello.revision === undefined ? undefined : catalog.callableOf(`${pod.namespace}/${hello.revision}`),
      launched: new Map(),
      delivery: undefined,
      leaving: false,
      unadopted: false,
      retireAtMs: clock.monotonicMs() + livesMs,
      createdAtMs: start?.atMs,
      start,
      cold: undefined,
      cancelLoss: undefined,
    };
    helds.set(pod.uid, held);
    return held;
  };

  /** Its link broke and it is back: still at our requests, or with their answers under way, or they never came there. */
  const meetAgain = (held: Held, link: Link, hello: Hello): Held => {
    held.cancelLoss?.();
    held.cancelLoss = undefined;
    held.link = link;
    held.pod = link.pod;
    const awaited: Launched[] = [];
    for (const launched of [...held.launched.values()]) {
      const { flight, granted, wanted } = launched;
      const { requestId } = flight.request;
      if (hello.busy === requestId) continue;
      if (launched.state === "begun" || hasCome(granted.grant, hello.last)) {
        awaited.push(launched);
        continue;
      }
      held.launched.delete(requestId);
      happen(held.pod.namespace, { type: "unused", granted, sent: hello.state === "assigned" });
      deps.again(wanted);
    }
    if (awaited.length > 0)
      held.cancelLoss = clock.after(fleetLimits.resendMsMax, () => loseThose(held, awaited));
    return held;
  };

  return {
    get: (environmentId) => helds.get(environmentId),
    joined(link, hello) {
      const known = helds.get(link.pod.uid);
      const held = known === undefined ? meet(link, hello) : meetAgain(known, link, hello);
      const { uid: id, namespace, shape } = link.pod;
      const environment = { id, namespace, shape, retireAtMs: held.retireAtMs, kept: link.pod.isProvisioned };
      happen(namespace, { type: "linked", environment });
    },
    left(link) {
      const held = helds.get(link.pod.uid);
      if (held?.link !== link) return;
      held.link = undefined;
      held.cancelLoss?.();
      happen(held.pod.namespace, { type: "unlinked", environmentId: held.id });
      takeBack(deps, held);
      // One that has not stood yet is still what its start was for: forgotten, that start would count as coming for ever.
      if (held.launched.size === 0 && held.start === undefined) helds.delete(held.id);
      else held.cancelLoss = clock.after(fleetLimits.relinkMsMax, () => discard(held));
    },
    standing(held, { epoch, state, revision, running, last }) {
      const { pod } = held;
      const said = revision === undefined ? { state } : { state, revision };
      const standing = decideStanding(pod, said, catalog.callableOf);
      if (standing.kind === "stray") {
        // Not acknowledged, so it goes on counting as in use until its pod is gone.
        log.info("an environment is not needed", { pod: `${pod.namespace}/${pod.name}`, why: standing.why });
        held.link?.send("shutdown", { reason: "spindown", epoch });
        hands.dismissed(pod);
      }
      if (standing.kind === "assigned") {
        held.callable = standing.callable;
        held.unadopted = pod.claim !== "claimed";
      }
      const as = asJoined(standing, running);
      happen(pod.namespace, { type: "standing", environmentId: held.id, epoch, as, last });
      startOver(held);
    },
    podChanged(pod, gone) {
      const held = helds.get(pod.uid);
      if (held !== undefined) held.pod = pod;
      if (!gone && pod.phase !== "ended") return;
      happen(pod.namespace, { type: "placer", event: { type: "gone", environmentId: pod.uid } });
      if (held !== undefined) discard(held, pod);
    },
    discardStuck() {
      const nowMs = clock.monotonicMs();
      if (nowMs < stuckAtMs) return;
      stuckAtMs = nowMs + fleetLimits.stuckEveryMs;
      for (const held of helds.values()) {
        if (!isStuck(held, nowMs)) continue;
        log.warn("an environment is stuck past its timeout", { pod: held.pod.name });
        discard(held);
        hands.dismissed(held.pod);
      }
    },
  };
}

function isStuck({ launched }: Held, nowMs: number): boolean {
  for (const { dueAtMs } of launched.values()) if (dueAtMs <= nowMs) return true;
  return false;
}

/** Undefined: not to be counted on, and not acknowledged. */
function asJoined(
  standing: ReturnType<typeof decideStanding>,
  running: string | undefined,
): JoinedAs | undefined {
  switch (standing.kind) {
    case "unclaimed":
      return { kind: "unclaimed" };
    case "fresh":
      return { kind: "fresh", target: standing.callable.target };
    case "assigned": {
      const { target, caps } = standing.callable;
      return { kind: "assigned", target, reserved: caps.reserved !== undefined, running };
    }
    case "stray":
      return undefined;
  }
}
