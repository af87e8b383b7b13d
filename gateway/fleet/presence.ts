/** Environments coming and going: links that open, break and come back, pods that end, and what their callers are told. */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import { jitter, type RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { outcomeOfLoss } from "../invoke/loss.ts";
import type { Hello, Link } from "../link/link.ts";
import type { JoinedEnvironment, PlacerEvent } from "../placer/event.ts";
import type { FleetHands } from "./hands.ts";
import type { Held } from "./held.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetObserver } from "./observer.ts";
import { decideStanding, type Standing } from "./standing.ts";

export interface Presence {
  get(environmentId: string): Held | undefined;
  joined(link: Link, hello: Hello): void;
  left(link: Link): void;
  podChanged(pod: EnvironmentPod, gone: boolean): void;
  /** As good as gone, whatever its link says. */
  discard(held: Held): void;
  /** Discards those past their invocation's time and margin. */
  discardStuck(): void;
}

export type PresenceDeps = ClockDep &
  RandomDep &
  LogDep &
  SettingsDep & {
    epoch: number;
    catalog: Catalog;
    observer: FleetObserver;
    hands: FleetHands;
    happen(event: PlacerEvent): void;
  };

export function createPresence(deps: PresenceDeps): Presence {
  const { clock, log, settings, catalog, observer, hands, happen } = deps;
  const helds = new Map<string, Held>();

  /** Nothing of it can run any more: its permit comes back, its caller is told. */
  const lose = (held: Held, pod: EnvironmentPod | undefined) => {
    held.cancelLoss?.();
    if (helds.get(held.id) === held) helds.delete(held.id);
    const { flight } = held;
    held.flight = undefined;
    happen({ type: "gone", environmentId: held.id });
    if (flight === undefined || flight.answered) return;
    const { requestId, callable } = flight.request;
    observer.lost(callable);
    flight.settle(outcomeOfLoss(requestId, callable.functionVersion, pod));
  };
  const discard = (held: Held, pod?: EnvironmentPod) => {
    const { link } = held;
    held.link = undefined;
    lose(held, pod);
    link?.close();
  };

  const meet = (link: Link, hello: Hello) => {
    const { pod } = link;
    const key = `${pod.namespace}/${pod.name}`;
    const start = hands.claimStart(key);
    if (start !== undefined) {
      happen({ type: "started", startId: start.startId, revisionKey: start.revisionKey });
      observer.started(start.revisionKey);
    }
    const standing = decideStanding(pod, hello, catalog.callableOf);
    if (standing.kind === "stray") {
      log.info("an environment is not needed", { pod: key, why: standing.why });
      link.send("shutdown", { reason: "spindown", epoch: deps.epoch });
      hands.dismissed(pod);
      return;
    }
    helds.set(pod.uid, {
      id: pod.uid,
      pod,
      link,
      callable: standing.kind === "unclaimed" ? undefined : standing.callable,
      flight: undefined,
      begun: false,
      dueAtMs: Number.POSITIVE_INFINITY,
      assigning: undefined,
      unadopted: standing.kind === "assigned" && pod.claim === "pool",
      createdAtMs: start?.atMs,
      cold: undefined,
      cancelLoss: undefined,
    });
    const ageMs = clock.nowMs() - pod.createdAtMs;
    const livesMs = jitter(deps.random, settings.environments.ageSecondsMax * 1000) - ageMs;
    const retireAtMs = clock.monotonicMs() + livesMs;
    const { uid: id, namespace, shape } = pod;
    happen({
      type: "joined",
      environment: { id, namespace, shape, retireAtMs, kept: pod.isProvisioned, as: asJoined(standing) },
    });
  };

  /** Its link broke and it is back: still at our invocation, or with its answer under way. */
  const meetAgain = (held: Held, link: Link, hello: Hello) => {
    held.cancelLoss?.();
    held.cancelLoss = undefined;
    const sameWork = hello.state === "assigned" && hello.revision === held.callable?.revision.metadata.name;
    if (!sameWork || held.flight === undefined) {
      lose(held, undefined);
      meet(link, hello);
      return;
    }
    held.link = link;
    held.pod = link.pod;
    if (hello.busy === held.flight.request.requestId) return;
    held.cancelLoss = clock.after(fleetLimits.resendMsMax, () => discard(held));
  };

  return {
    get: (environmentId) => helds.get(environmentId),
    joined(link, hello) {
      const held = helds.get(link.pod.uid);
      if (held === undefined) meet(link, hello);
      else meetAgain(held, link, hello);
    },
    left(link) {
      const held = helds.get(link.pod.uid);
      if (held?.link !== link) return;
      held.link = undefined;
      held.cancelLoss?.();
      if (held.flight === undefined) lose(held, undefined);
      else held.cancelLoss = clock.after(fleetLimits.relinkMsMax, () => lose(held, undefined));
    },
    podChanged(pod, gone) {
      const held = helds.get(pod.uid);
      if (held === undefined) return;
      held.pod = pod;
      if (gone || pod.phase === "ended") discard(held, pod);
    },
    discard,
    discardStuck() {
      const nowMs = clock.monotonicMs();
      for (const held of helds.values()) {
        if (held.flight === undefined || held.dueAtMs > nowMs) continue;
        log.warn("an environment is stuck past its timeout", { pod: held.pod.name });
        discard(held);
      }
    },
  };
}

function asJoined(standing: Exclude<Standing, { kind: "stray" }>): JoinedEnvironment["as"] {
  switch (standing.kind) {
    case "unclaimed":
      return { kind: "unclaimed" };
    case "fresh":
      return { kind: "fresh", target: standing.callable.target };
    case "assigned":
      return { kind: "assigned", target: standing.callable.target, busyWith: standing.busyWith };
  }
}
