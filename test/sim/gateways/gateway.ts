/**
 * A gateway process: the real `stepShard`, and around it what the fleet does, done late: between a decision and its sending the process
 * may stand still for seconds. Connections to the other gateways, one each way.
 */
import { hasCome } from "../../../crds/link/grant.ts";
import type { JoinedAs } from "../../../gateway/placer/event.ts";
import type { Target } from "../../../gateway/placer/state.ts";
import type {
  ClientMessage,
  Granted,
  PlacerMessage,
  ShardAction,
  ShardEvent,
} from "../../../gateway/shard/event.ts";
import { createShardState } from "../../../gateway/shard/state.ts";
import { stepShard } from "../../../gateway/shard/step.ts";
import type { Pod } from "./api.ts";
import { functions, placerOptions, targetOf } from "./functions.ts";
import type { ToEnvironment, ToGateway } from "./messages.ts";
import type { Wire } from "./network.ts";
import type { Hello, Request, SimGateway, World } from "./surroundings.ts";

export function startGateway(world: World, slot: number, id: string): SimGateway {
  const { chance, time, network, api, mutation } = world;
  const state = createShardState(id, placerOptions);
  const links = new Map<string, Wire<ToEnvironment>>();
  const peers = new Map<string, Wire<ClientMessage>>();
  const clients = new Map<string, Wire<PlacerMessage>>();
  const requests = new Map<string, Request>();
  /** By request: what we sent and have no answer to. An environment may be free again before its answer to the last one has come here. */
  const flights = new Map<string, { request: Request; granted: Granted }>();
  const lastAt = new Map<number, string>();
  let isAlive = true;
  let pausedUntilMs = 0;
  const inbox: (() => void)[] = [];
  let isPumping = false;
  let hasFoundPeers = false;

  /** One thing after the other, and nothing while the process stands still. */
  const enqueue = (work: () => void) => {
    inbox.push(work);
    pump();
  };
  const pump = () => {
    if (isPumping) return;
    isPumping = true;
    while (isAlive && inbox.length > 0 && time.nowMs() >= pausedUntilMs) inbox.shift()?.();
    isPumping = false;
    if (inbox.length > 0 && isAlive) time.after(Math.max(0, pausedUntilMs - time.nowMs()), pump);
  };
  const happen = (event: ShardEvent) =>
    enqueue(() => {
      const isForgetful = mutation === "forgets environments not heard of" && event.type === "podsListed";
      const seen = isForgetful ? { ...event, pods: [] } : event;
      const wasPlacing = state.seat.at === "placing";
      act(stepShard(state, seen, time.nowMs()));
      const hasSteppedDown = wasPlacing && state.seat.at !== "placing";
      if (mutation === "waiting requests are forgotten by who steps down" && hasSteppedDown)
        state.open.clear();
    });
  /** Between a decision and its sending the process may stand still; then this comes first. */
  const act = (actions: ShardAction[]) => {
    for (const [index, action] of actions.entries()) {
      if (time.nowMs() < pausedUntilMs || chance.percent(1)) {
        pausedUntilMs = Math.max(pausedUntilMs, time.nowMs() + chance.upTo(3_000));
        inbox.unshift(() => act(actions.slice(index)));
        return;
      }
      carryOut(action);
    }
  };

  const carryOut = (action: ShardAction) => {
    switch (action.type) {
      case "launch":
        return launch(action.wantId, action.granted);
      case "refuse":
        return answer(action.wantId);
      case "assign":
        links
          .get(action.environmentId)
          ?.send({ type: "assign", epoch: action.epoch, revision: action.target.key });
        return;
      case "create":
        return world.createPod(action.target, (podId) => {
          if (podId === undefined)
            return happen({
              type: "placer",
              event: {
                type: "startFailed",
                revisionKey: action.target.key,
                startId: action.startId,
                failure: { kind: "quota", message: "exceeded quota" },
              },
            });
          happen({
            type: "placer",
            event: { type: "started", revisionKey: action.target.key, startId: action.startId },
          });
        });
      case "dismiss":
        links.get(action.environmentId)?.send({ type: "shutdown", epoch: action.epoch });
        return;
      case "announce":
        links.get(action.environmentId)?.send({ type: "epoch", epoch: action.epoch });
        return;
      case "recall":
        links.get(action.environmentId)?.send({ type: "recall", epoch: action.epoch, grant: action.grant });
        return;
      case "toPlacer":
        peers.get(action.peer)?.send(action.message);
        return;
      case "toClient":
        clients.get(action.peer)?.send(action.message);
        return;
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
      case "listPods":
        return api.listPods(`slot${slot}`, (reply) => {
          if (!("ok" in reply)) return;
          const pods = reply.ok.filter(({ scheduled }) => scheduled).map(unheardOf);
          happen({ type: "podsListed", epoch: action.epoch, pods });
        });
    }
  };
  const launch = (wantId: string, granted: Granted) => {
    const request = requests.get(wantId);
    const link = links.get(granted.environmentId);
    if (request === undefined || link === undefined) {
      happen({ type: "unused", granted, sent: false });
      if (request !== undefined) time.after(50, () => enqueue(() => requests.has(wantId) && want(request)));
      return;
    }
    const { epoch, grant, target } = granted;
    if (granted.assigned) link.send({ type: "assign", epoch, revision: target.key });
    const invoke = { type: "invoke", epoch, grant, requestId: request.id, revision: target.key } as const;
    link.send(invoke);
    // Whatever is sent may come twice.
    if (chance.percent(5)) time.after(chance.upTo(1_500), () => link.send(invoke));
    flights.set(wantId, { request, granted });
  };
  const answer = (wantId: string) => {
    const request = requests.get(wantId);
    if (request === undefined) return;
    requests.delete(wantId);
    world.answered(request);
  };
  const want = (request: Request) => {
    const { target, caps } = request.of;
    happen({ type: "want", want: { id: request.id, target, caps, bytes: 10 } });
  };

  const hear = (environmentId: string, message: ToGateway) => {
    switch (message.type) {
      case "standing": {
        const as = joinedAs(api.pods.get(environmentId), message);
        const { epoch, last } = message;
        happen({ type: "standing", environmentId, epoch, as, last });
        if (mutation === "does not confirm its epoch")
          happen({ type: "placer", event: { type: "confirmed", joinedAs: Number.POSITIVE_INFINITY } });
        return;
      }
      case "initialized":
        return happen({ type: "placer", event: { type: "initialized", environmentId, failed: false } });
      case "end": {
        const flight = flights.get(message.requestId);
        if (flight?.granted.grant === message.grant) {
          flights.delete(message.requestId);
          if (message.ran) answer(message.requestId);
          else want(flight.request);
        }
        return happen({ type: "placer", event: { type: "ended", environmentId, grant: message.grant } });
      }
      case "released":
        return happen({ type: "placer", event: { type: "ended", environmentId, grant: message.grant } });
      case "recalled":
        return happen({
          type: "placer",
          event: { type: "recalled", environmentId, grant: message.grant, was: message.was },
        });
      case "leaving":
        return happen({ type: "placer", event: { type: "leaving", environmentId } });
    }
  };
  const flightsIn = (environmentId: string) =>
    [...flights.values()].filter(({ granted }) => granted.environmentId === environmentId);
  /** It is back: still at our request, or done with it, or our request never came there and goes elsewhere. */
  const meetAgain = (environmentId: string, hello: Hello) => {
    for (const { request, granted } of flightsIn(environmentId)) {
      if (hello.running === granted.grant) continue;
      flights.delete(request.id);
      if (hasCome(granted.grant, hello.last)) answer(request.id);
      else {
        happen({ type: "unused", granted, sent: hello.revision !== undefined });
        want(request);
      }
    }
  };
  /** Their callers are told that they were lost; whether they still run is the placer's business. */
  const loseFlights = (environmentId: string) => {
    for (const { request, granted } of flightsIn(environmentId)) {
      flights.delete(request.id);
      happen({ type: "orphaned", granted });
      answer(request.id);
    }
  };
  const linked = (environmentId: string, wire: Wire<ToEnvironment>, hello: Hello) => {
    const pod = api.pods.get(environmentId);
    if (pod === undefined) return wire.close();
    links.set(environmentId, wire);
    meetAgain(environmentId, hello);
    const { namespace, shape } = pod;
    const environment = {
      id: environmentId,
      namespace,
      shape,
      retireAtMs: Number.POSITIVE_INFINITY,
      kept: false,
    };
    happen({ type: "linked", environment });
  };
  const unlinked = (environmentId: string, wire: Wire<ToEnvironment>) => {
    if (links.get(environmentId) !== wire) return;
    links.delete(environmentId);
    happen({ type: "unlinked", environmentId });
    if (mutation === "permits come back when a link breaks")
      happen({ type: "placer", event: { type: "gone", environmentId } });
    time.after(7_000, () => enqueue(() => links.has(environmentId) || loseFlights(environmentId)));
  };
  const dial = (other: number) => {
    if (!isAlive) return;
    const again = (ms: number) => time.after(ms + chance.upTo(300), () => dial(other));
    const peer = world.gatewayAt(other);
    const before = lastAt.get(other);
    if (before !== undefined && before !== peer?.id) happen({ type: "peerUnreachable", peer: before });
    if (peer === undefined) return again(100);
    const peerId = peer.id;
    const wires = network.connect<PlacerMessage, ClientMessage>(
      [`slot${slot}`, `slot${other}`],
      [
        {
          receive: (message) => happen({ type: "peerSays", peer: peerId, message }),
          closed: () =>
            enqueue(() => {
              peers.delete(peerId);
              happen({ type: "peerClosed", peer: peerId });
              again(20);
            }),
        },
        {
          receive: (message) => peer.happen({ type: "clientSays", peer: id, message }),
          closed: () => peer.servesNoMore(id, toUs),
        },
      ],
    );
    if (wires === undefined) {
      // A dial without an answer says less than a refused one; the process makes the same of both.
      happen({ type: "peerUnreachable", peer: peerId });
      return again(1_000);
    }
    const [, toUs] = wires;
    lastAt.set(other, peerId);
    peer.serves(id, toUs);
    enqueue(() => {
      peers.set(peerId, wires[0]);
      happen({ type: "peerOpen", peer: peerId });
    });
  };
  const beat = () => {
    if (!isAlive) return;
    if (!hasFoundPeers) {
      hasFoundPeers = true;
      for (let other = 0; other < world.slots; other++) if (other !== slot) dial(other);
    }
    happen({ type: "tick" });
    time.after(200, beat);
  };
  time.after(chance.upTo(100), beat);

  return {
    id,
    slot,
    state,
    isAlive: () => isAlive,
    happen,
    hear: (environmentId, message) => enqueue(() => hear(environmentId, message)),
    request: (request) =>
      enqueue(() => {
        requests.set(request.id, request);
        want(request);
      }),
    linked: (environmentId, wire, hello) =>
      isAlive ? enqueue(() => linked(environmentId, wire, hello)) : wire.close(),
    unlinked: (environmentId, wire) => enqueue(() => unlinked(environmentId, wire)),
    serves: (peer, wire) =>
      enqueue(() => {
        // A gateway that connects anew has lost the connection before.
        if (clients.has(peer)) happen({ type: "clientClosed", peer });
        clients.set(peer, wire);
        happen({ type: "clientOpen", peer });
      }),
    servesNoMore: (peer, wire) =>
      enqueue(() => {
        if (clients.get(peer) !== wire) return;
        clients.delete(peer);
        happen({ type: "clientClosed", peer });
      }),
    podGone: (environmentId) =>
      enqueue(() => {
        loseFlights(environmentId);
        happen({ type: "placer", event: { type: "gone", environmentId } });
      }),
    pause(ms) {
      pausedUntilMs = Math.max(pausedUntilMs, time.nowMs() + ms);
    },
    crash() {
      isAlive = false;
      network.cut(`slot${slot}`);
      world.abandonedAt(id);
    },
  };

  function unheardOf({ id: podId, namespace, functionKey }: Pod) {
    return { id: podId, namespace, functionKey };
  }
}

function joinedAs(
  pod: Pod | undefined,
  { revision, running }: Extract<ToGateway, { type: "standing" }>,
): JoinedAs | undefined {
  if (pod === undefined) return undefined;
  if (revision !== undefined) {
    const target: Target = targetOf(revision);
    const reserved = functions.find((one) => one.target.key === revision)?.caps.reserved !== undefined;
    return { kind: "assigned", target, reserved, running };
  }
  return pod.madeFor === undefined ? { kind: "unclaimed" } : { kind: "fresh", target: targetOf(pod.madeFor) };
}
