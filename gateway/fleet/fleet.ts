/**
 * The environments of this gateway: links, placement and invocations brought together. Nothing on the way of an invocation
 * waits for Kubernetes or a disk.
 */
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { errorOfRefusal } from "../invoke/refusal.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import type { LinkListener } from "../link/link.ts";
import type { Decision } from "../placer/event.ts";
import type { PlacerState, StartFailure } from "../placer/state.ts";
import type { CodeSource } from "../start/code.ts";
import type { PodStart } from "../start/create.ts";
import { createDriver } from "./driver.ts";
import type { FleetHands } from "./hands.ts";
import type { FleetObserver } from "./observer.ts";
import { createPresence } from "./presence.ts";
import { createRequests } from "./requests.ts";
import { createWork } from "./work.ts";

export interface Fleet extends LinkListener {
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  podChanged(pod: EnvironmentPod, gone: boolean): void;
  startFailed(start: PodStart, failure: StartFailure): void;
  /** A function points to this revision, or none does any more. */
  serving(revisionKey: string, serving: boolean): void;
  /** Resolves when every request has its answer. */
  quiet(): Promise<void>;
  readonly state: PlacerState;
  start(signal: AbortSignal): void;
}

export type FleetDeps = ClockDep &
  RandomDep &
  LogDep &
  SettingsDep & {
    catalog: Catalog;
    code: CodeSource;
    hands: FleetHands;
    observer: FleetObserver;
    epoch: number;
  };

export function createFleet(deps: FleetDeps): Fleet {
  const { observer, hands, epoch } = deps;
  const { invoke, environments } = deps.settings;
  const placerOptions = {
    waitMsMax: invoke.waitMsMax,
    waitingMaxPerFunction: invoke.waitingMaxPerFunction,
    waitingBytesMax: invoke.waitingBytesMax,
    waitingBytesMaxPerNamespace: invoke.waitingBytesMaxPerNamespace,
    idleMsMax: environments.idleSecondsMax * 1000,
    failedInitKeptMs: environments.failedInitKeptSeconds * 1000,
  };

  const carryOut = (decision: Decision) => {
    switch (decision.type) {
      case "grant": {
        const wanted = requests.take(decision.wantId);
        const held = presence.get(decision.environmentId);
        if (wanted === undefined) return;
        if (held === undefined) requests.again(wanted);
        else work.launch(held, wanted, decision.grant);
        return;
      }
      case "refuse": {
        const wanted = requests.take(decision.wantId);
        if (wanted === undefined) return;
        observer.refused(wanted.request.callable, decision.refusal);
        wanted.answer({ kind: "refused", error: errorOfRefusal(decision.refusal) });
        return;
      }
      case "assign": {
        const held = presence.get(decision.environmentId);
        if (held !== undefined) work.assign(held, decision.target.key);
        return;
      }
      case "create":
        hands.create({
          startId: decision.startId,
          revisionKey: decision.target.key,
          atMs: deps.clock.monotonicMs(),
        });
        return;
      case "dismiss": {
        const held = presence.get(decision.environmentId);
        held?.link?.send("shutdown", { reason: "spindown", epoch });
        if (held !== undefined) hands.dismissed(held.pod);
        return;
      }
    }
  };
  const failStart = (revisionKey: string, startId: string | undefined, failure: StartFailure) => {
    observer.startFailed(revisionKey, failure);
    happen({ type: "startFailed", revisionKey, startId, failure });
  };

  const beat = () => {
    presence.discardStuck();
    requests.beat();
  };
  const driver = createDriver(deps, placerOptions, { carryOut, beat });
  const { happen, state } = driver;
  const requests = createRequests(deps, happen);
  const presence = createPresence({ ...deps, happen });
  const work = createWork({
    ...deps,
    streamedResponseBytesMax: invoke.streamedResponseBytesMax,
    happen,
    again: requests.again,
    failStart: (revisionKey, failure) => failStart(revisionKey, undefined, failure),
    discard: presence.discard,
    adopt({ pod, callable }) {
      if (callable !== undefined) hands.adopt(pod, callable.target.key);
    },
  });

  return {
    state,
    start: driver.start,
    invoke: requests.invoke,
    quiet: requests.quiet,
    joined: presence.joined,
    left: presence.left,
    podChanged: presence.podChanged,
    message(link, message) {
      const held = presence.get(link.pod.uid);
      if (held?.link === link) work.receive(held, message);
    },
    startFailed: ({ startId, revisionKey }, failure) => failStart(revisionKey, startId, failure),
    serving: (revisionKey, serving) => happen({ type: "retired", revisionKey, retired: !serving }),
  };
}
