/**
 * The environments of this gateway: links, placement and invocations brought together. Nothing on the way of an invocation
 * waits for Kubernetes or a disk.
 */

import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { RandomDep } from "../../kernel/random/random.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { InvokeOutcome, InvokeRequest } from "../invoke/request.ts";
import type { LinkListener } from "../link/link.ts";
import type { StartFailure } from "../placer/attempt.ts";
import type { PlacerOptions } from "../placer/options.ts";
import type { ShardAction, ShardEvent } from "../shard/event.ts";
import { shardLimits } from "../shard/limits.ts";
import { placerOf } from "../shard/route.ts";
import type { ShardState } from "../shard/state.ts";
import type { CodeSource } from "../start/code.ts";
import type { PodStart } from "../start/create.ts";
import { createDriver } from "./driver.ts";
import { follow } from "./follow.ts";
import type { FleetHands } from "./hands.ts";
import { fleetLimits } from "./limits.ts";
import type { FleetObserver } from "./observer.ts";
import { createPresence } from "./presence.ts";
import { createRequests } from "./requests.ts";
import { createWork } from "./work.ts";

export interface Fleet extends LinkListener {
  invoke(request: InvokeRequest): Promise<InvokeOutcome>;
  podChanged(pod: EnvironmentPod, gone: boolean): void;
  startFailed(start: PodStart, failure: StartFailure): void;
  /** Its pod is there, and no node has room for it. */
  startCrowded(start: PodStart): void;
  /** A function points to this revision, or none does any more. */
  serving(revisionKey: string, serving: boolean): void;
  /** From Kubernetes and the other gateways, about one shard or all. */
  happen(shard: number | "all", event: ShardEvent): void;
  /** Resolves when every request has its answer. */
  quiet(): Promise<void>;
  /** Lets go of every seat; resolves when the API server has been told, or does not answer. */
  handOver(): Promise<void>;
  /** Whether every shard has a placer that this gateway can ask. */
  hasPlacers(): boolean;
  readonly shards: readonly ShardState[];
  start(signal: AbortSignal): void;
}

export type FleetDeps = ClockDep &
  RandomDep &
  LogDep &
  SettingsDep & {
    /** This process. */
    self: string;
    catalog: Catalog;
    code: CodeSource;
    hands: FleetHands;
    observer: FleetObserver;
  };

export function createFleet(deps: FleetDeps): Fleet {
  const { observer, hands, settings, self } = deps;

  const carryOut = (shard: number, action: ShardAction) => {
    switch (action.type) {
      case "launch": {
        const wanted = requests.take(action.wantId);
        const held = presence.get(action.granted.environmentId);
        const isOurs =
          wanted !== undefined && follow(wanted.request, action.granted.target.key, deps.catalog);
        if (isOurs && held?.link !== undefined) {
          work.launch(held, wanted, action.granted);
          return;
        }
        driver.happen(shard, { type: "unused", granted: action.granted, sent: false });
        if (wanted !== undefined) requests.later(wanted);
        return;
      }
      case "refuse": {
        const wanted = requests.take(action.wantId);
        if (wanted === undefined) return;
        requests.refused(wanted, action.refusal);
        return;
      }
      case "assign": {
        const held = presence.get(action.environmentId);
        if (held !== undefined) work.assign(held, action.target.key, action.epoch);
        return;
      }
      case "create": {
        const { startId, target } = action;
        hands.create({ startId, revisionKey: target.key, atMs: deps.clock.monotonicMs() });
        return;
      }
      case "dismiss": {
        const held = presence.get(action.environmentId);
        held?.link?.send("shutdown", { reason: "spindown", epoch: action.epoch });
        if (held !== undefined) hands.dismissed(held.pod);
        return;
      }
      case "announce":
        presence.get(action.environmentId)?.link?.send("epoch", { epoch: action.epoch });
        return;
      case "recall": {
        const { grant, epoch } = action;
        presence.get(action.environmentId)?.link?.send("recall", { grant, epoch });
        return;
      }
      case "toPlacer":
        hands.peers.toPlacer(shard, action.peer, action.message);
        return;
      case "toClient":
        hands.peers.toClient(shard, action.peer, action.message);
        return;
      case "readLease":
        hands.desk.readLease(shard, action.call);
        return;
      case "writeLease":
        hands.desk.writeLease(shard, action.call, action.write);
        return;
      case "takeStock":
        hands.desk.takeStock(shard, action.epoch);
        return;
      case "listPods":
        hands.desk.listPods(shard, action.epoch);
        return;
    }
  };
  const failStart = (revisionKey: string, startId: string | undefined, failure: StartFailure) => {
    // Nobody's fault, and made again.
    if (failure.kind !== "deleted") observer.startFailed(revisionKey, failure);
    const event = { type: "startFailed", revisionKey, startId, failure } as const;
    driver.happenIn(readKey(revisionKey).namespace, { type: "placer", event });
  };

  const beat = () => {
    presence.discardStuck();
    requests.beat();
  };
  const driver = createDriver(
    deps,
    { self, shards: settings.gateway.shards, placer: placerOptionsOf(settings) },
    { carryOut, beat },
  );
  const happen = driver.happenIn;
  const requests = createRequests(deps, { waitMsMax: settings.invoke.waitMsMax }, happen, observer.refused);
  const presence = createPresence({ ...deps, happen, again: (wanted) => requests.again(wanted) });
  const work = createWork({
    ...deps,
    streamedResponseBytesMax: deps.settings.invoke.streamedResponseBytesMax,
    happen,
    again: requests.again,
    failStart: (revisionKey, failure) => failStart(revisionKey, undefined, failure),
    standing: presence.standing,
    adopt({ pod, callable }) {
      if (callable !== undefined) hands.adopt(pod, callable.target.key);
    },
  });

  return {
    shards: driver.shards,
    start: driver.start,
    invoke: requests.invoke,
    quiet: requests.quiet,
    async handOver() {
      driver.happenEverywhere({ type: "quiet" });
      for (let waitedMs = 0; waitedMs < fleetLimits.handOverMsMax; waitedMs += fleetLimits.unlinkedAgainMs) {
        if (driver.shards.every(({ call }) => call === undefined)) return;
        await deps.clock.sleep(fleetLimits.unlinkedAgainMs);
      }
    },
    hasPlacers: () => driver.shards.every((shard) => placerOf(shard) !== undefined),
    happen(shard, event) {
      if (shard === "all") driver.happenEverywhere(event);
      else driver.happen(shard, event);
    },
    joined: presence.joined,
    left: presence.left,
    podChanged: presence.podChanged,
    message(link, message) {
      const held = presence.get(link.pod.uid);
      if (held?.link === link) work.receive(held, message);
    },
    startFailed: ({ startId, revisionKey }, failure) => failStart(revisionKey, startId, failure),
    startCrowded({ startId, revisionKey }) {
      const event = { type: "crowded", revisionKey, startId } as const;
      happen(readKey(revisionKey).namespace, { type: "placer", event });
    },
    serving(revisionKey, serving) {
      const event = { type: "retired", revisionKey, retired: !serving } as const;
      happen(readKey(revisionKey).namespace, { type: "placer", event });
    },
  };
}

function placerOptionsOf({ invoke, environments, account }: SettingsDep["settings"]): PlacerOptions {
  return {
    waitMsMax: invoke.waitMsMax,
    waitingMaxPerFunction: invoke.waitingMaxPerFunction,
    waitingBytesMax: invoke.waitingBytesMax,
    waitingBytesMaxPerNamespace: invoke.waitingBytesMaxPerNamespace,
    idleMsMax: environments.idleSecondsMax * 1000,
    failedInitKeptMs: environments.failedInitKeptSeconds * 1000,
    requestRatePerConcurrency: account.requestRatePerConcurrency,
    holdMsMax: shardLimits.holdMsMax,
    burstMax: account.burst.concurrency,
    burstPerMinute: account.burst.perMinute,
    functionStartsPer10s: account.burst.functionStartsPer10s,
  };
}
