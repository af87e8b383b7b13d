/**
 * A gateway process: the real `stepShard`, and around it what the fleet does, done late: between a decision and its sending the process
 * may stand still for seconds.
 */
import { checkInvariants } from "../../../gateway/placer/check.ts";
import type { ShardAction, ShardEvent } from "../../../gateway/shard/event.ts";
import { createShardState } from "../../../gateway/shard/state.ts";
import { stepShard } from "../../../gateway/shard/step.ts";
import { alias, newestOf, placerOptions, routesTo } from "./functions.ts";
import { createInbox } from "./inbox.ts";
import { checkGrants } from "./invariants.ts";
import { createPeers } from "./peers.ts";
import type { SimGateway, World } from "./surroundings.ts";
import { createWork } from "./work.ts";

/** How old a watch is that works, and one that hangs is from the beginning: worlds are shorter than it takes a real one. */
const freshMs = 1_000;
const hungMs = 120_000;
const beatsPerLook = 5;
/** Of so many things done, before one somebody is parted from somebody. */
const partedOnceIn = 400;

export function startGateway(world: World, slot: number, id: string): SimGateway {
  const { chance, time, network, api, mutation, weather } = world;
  const state = createShardState(id, placerOptions);
  const inbox = createInbox(time);
  const { enqueue } = inbox;
  let aliasChange = -1;
  let hungSinceMs: number | undefined;
  /** What the watches will tell when they are mended. */
  const untold: (() => void)[] = [];
  let isAlive = true;
  let hasFoundPeers = false;
  let beats = 0;
  /** Who stood still finds out at its next beat who has waited too long. */
  let tickedAtMs = 0;

  const happen = (event: ShardEvent) =>
    enqueue(() => {
      const isForgetful = mutation === "forgets environments not heard of" && event.type === "podsListed";
      const seen = isForgetful ? { ...event, pods: [] } : event;
      if (mutation === "what was granted and not sent is not given back" && event.type === "unused") return;
      if (mutation === "what an environment says of epochs is believed" && event.type === "standing")
        state.seenEpoch = Math.max(state.seenEpoch, event.epoch);
      const wasPlacing = state.seat.at === "placing";
      const actions = stepShard(state, seen, time.nowMs());
      if (event.type === "tick") tickedAtMs = time.nowMs();
      if (world.areBooksChecked && state.seat.at === "placing")
        checkInvariants(state.seat.placer, tickedAtMs);
      checkGrants(state, actions, api.pods);
      act(actions);
      mutate(wasPlacing);
    });
  const mutate = (wasPlacing: boolean) => {
    const hasSteppedDown = wasPlacing && state.seat.at !== "placing";
    if (mutation === "waiting requests are forgotten by who steps down" && hasSteppedDown) state.open.clear();
  };
  /** Between a decision and its sending the process may stand still; then this comes first. */
  const act = (actions: ShardAction[]) => {
    for (const [index, action] of actions.entries()) {
      const isPausing = !weather.isCalm && chance.percent(1);
      if (inbox.isPaused() || isPausing) {
        if (isPausing) inbox.pause(chance.upTo(3_000));
        inbox.first(() => act(actions.slice(index)));
        return;
      }
      if (!weather.isCalm && chance.upTo(partedOnceIn) === 0) world.partSomebody();
      carryOut(action);
    }
  };
  const routed = (change: number) => {
    // A watch that lags tells what was before.
    if (change <= aliasChange) return;
    aliasChange = change;
    happen({ type: "routed", alias, routes: routesTo(api.aliasChanges[change] ?? []) });
  };
  const told = (tell: () => void) => (hungSinceMs === undefined ? tell() : untold.push(tell));
  const mendWatches = () => {
    hungSinceMs = undefined;
    for (const tell of untold.splice(0)) tell();
  };
  const tellStaleness = () => {
    if (mutation === "a gateway whose watch is stale keeps its seat") return;
    const staleMs = hungSinceMs === undefined ? freshMs : hungMs + time.nowMs() - hungSinceMs;
    happen({ type: "watched", staleMs });
  };
  const assign = (environmentId: string, epoch: number, revision: string) => {
    const newest =
      mutation === "an assignment brings what is newest" ? newestOf(api.published, revision) : revision;
    const code = api.published.get(newest) ?? "";
    work.send(environmentId, { type: "assign", epoch, revision, code });
  };

  const work = createWork(world, { happen, enqueue, aliasChange: () => aliasChange, assign });
  const peers = createPeers(world, { slot, id, isAlive: () => isAlive, happen, enqueue });
  const carryOut = (action: ShardAction) => {
    switch (action.type) {
      case "launch":
        return work.launch(action.wantId, action.granted);
      case "refuse":
        return work.answer(action.wantId);
      case "assign": {
        const { environmentId, epoch, target } = action;
        return assign(environmentId, epoch, target.key);
      }
      case "create": {
        const { startId, target } = action;
        const revisionKey = target.key;
        return world.createPod(target, (podId) => {
          const failure = { kind: "quota", message: "exceeded quota" } as const;
          if (podId === undefined)
            happen({ type: "placer", event: { type: "startFailed", revisionKey, startId, failure } });
          else happen({ type: "placer", event: { type: "started", revisionKey, startId } });
        });
      }
      case "dismiss":
        return work.send(action.environmentId, { type: "shutdown", epoch: action.epoch });
      case "announce":
        return work.send(action.environmentId, { type: "epoch", epoch: action.epoch });
      case "recall":
        if (mutation === "what a dead gateway was granted is not asked back") return;
        return work.send(action.environmentId, { type: "recall", epoch: action.epoch, grant: action.grant });
      case "toPlacer":
        return peers.toPlacer(action.peer, action.message);
      case "toClient":
        return peers.toClient(action.peer, action.message);
      case "readLease":
        return api.readLease(`slot${slot}`, (reply) => {
          if ("ok" in reply) happen({ type: "leaseRead", call: action.call, lease: reply.ok });
          else happen({ type: "leaseFailed", call: action.call });
        });
      case "writeLease":
        return api.writeLease(`slot${slot}`, action.write, (reply) => {
          if ("ok" in reply) happen({ type: "leaseWritten", call: action.call, lease: reply.ok });
          else happen({ type: "conflict" in reply ? "leaseConflict" : "leaseFailed", call: action.call });
        });
      case "takeStock":
      case "listPods":
        return takeStock(action);
    }
  };
  const takeStock = ({ type, epoch }: Extract<ShardAction, { type: "takeStock" | "listPods" }>) =>
    api.takeStock(`slot${slot}`, (reply) => {
      if (!("ok" in reply)) return;
      const isAsked = type === "takeStock" && mutation !== "a new placer knows aliases by its watch only";
      if (isAsked) routed(reply.ok.aliasChange);
      const scheduled = reply.ok.pods.filter((pod) => pod.scheduled);
      const pods = scheduled.map(({ id: podId, namespace, functionKey }) => ({
        id: podId,
        namespace,
        functionKey,
      }));
      happen({ type: "podsListed", epoch, pods });
    });
  const beat = () => {
    if (!isAlive) return;
    if (!hasFoundPeers) {
      hasFoundPeers = true;
      peers.meet();
    }
    if (beats++ % beatsPerLook === 0) tellStaleness();
    happen({ type: "tick" });
    time.after(200, beat);
  };
  routed(api.aliasChanges.length - 1);
  time.after(chance.upTo(100), beat);

  return {
    id,
    slot,
    state,
    isAlive: () => isAlive,
    happen,
    hear: (environmentId, message) => enqueue(() => work.hear(environmentId, message)),
    request: (request) => enqueue(() => work.request(request)),
    linked: (environmentId, wire, hello) =>
      isAlive ? enqueue(() => work.linked(environmentId, wire, hello)) : wire.close(),
    unlinked: (environmentId, wire) => enqueue(() => work.unlinked(environmentId, wire)),
    serves: (peer, wire) => enqueue(() => peers.serves(peer, wire)),
    servesNoMore: (peer, wire) => enqueue(() => peers.servesNoMore(peer, wire)),
    podGone: (environmentId) => told(() => enqueue(() => work.podGone(environmentId))),
    aliasTold: (change) => told(() => routed(change)),
    hangWatches(ms) {
      const sinceMs = time.nowMs();
      hungSinceMs ??= sinceMs;
      time.after(ms, () => hungSinceMs === sinceMs && mendWatches());
    },
    mendWatches,
    areWatchesHung: () => hungSinceMs !== undefined,
    isPaused: inbox.isPaused,
    pause: inbox.pause,
    crash() {
      isAlive = false;
      inbox.end();
      network.cut(`slot${slot}`);
      world.abandonedAt(id);
    },
  };
}
