/** A gateway's requests and the environments it is linked to: what was granted is sent, what comes back is an answer or goes elsewhere. */
import { hasCome } from "../../../crds/link/grant.ts";
import type { JoinedAs } from "../../../gateway/placer/event.ts";
import type { Granted, ShardEvent } from "../../../gateway/shard/event.ts";
import type { Pod } from "./api.ts";
import { alias, capsOf, drawnBy, firstVersion, readRevision, targetOf } from "./functions.ts";
import type { ToEnvironment, ToGateway } from "./messages.ts";
import type { Wire } from "./network.ts";
import type { Hello, Request, World } from "./surroundings.ts";

export interface SimWork {
  send(environmentId: string, message: ToEnvironment): void;
  request(request: Request): void;
  launch(wantId: string, granted: Granted): void;
  /** Whatever it was. */
  answer(wantId: string): void;
  linked(environmentId: string, wire: Wire<ToEnvironment>, hello: Hello): void;
  unlinked(environmentId: string, wire: Wire<ToEnvironment>): void;
  hear(environmentId: string, message: ToGateway): void;
  podGone(environmentId: string): void;
}

export interface SimWorkHands {
  happen(event: ShardEvent): void;
  enqueue(work: () => void): void;
  /** The newest change of the alias that this gateway's watch has told. */
  aliasChange(): number;
  assign(environmentId: string, epoch: number, revision: string): void;
}

interface Flight {
  request: Request;
  granted: Granted;
}

/** An environment without a link for so long is lost, as the supervisor ends by then. */
const lostMs = 7_000;
/** Code that is not in memory. */
const fetchMsMax = 2_000;

export function createWork(world: World, { happen, enqueue, aliasChange, assign }: SimWorkHands): SimWork {
  const { chance, time, api, mutation, weather } = world;
  const links = new Map<string, Wire<ToEnvironment>>();
  const requests = new Map<string, Request>();
  /** By request: what we sent and have no answer to. An environment may be free again before its answer to the last one has come here. */
  const flights = new Map<string, Flight>();
  /** By environment: its assignment's code is being fetched, so neither that nor the request behind it was sent. */
  const following = new Map<string, Flight>();
  /** Environments that said so. */
  const leaving = new Set<string>();

  const answer = (wantId: string) => {
    const request = requests.get(wantId);
    if (request === undefined) return;
    requests.delete(wantId);
    world.answered(request);
  };
  /** By what this gateway knows. */
  const drawn = (draw: number) => drawnBy(api.aliasChanges[aliasChange()] ?? [], draw) ?? firstVersion;
  const want = (request: Request) => {
    const { of } = request;
    const version = request.version ?? (of.isAliased ? drawn(request.chance) : firstVersion);
    const caps = capsOf(of, version);
    const isBlind = mutation === "what is provisioned is not set aside";
    const asked = {
      id: request.id,
      target: targetOf(of, version),
      caps: isBlind ? { ...caps, setAside: 0 } : caps,
      bytes: 10,
    };
    const isByAlias = request.version === undefined || mutation === "a number goes where the alias goes";
    const isDrawnThere =
      of.isAliased && isByAlias && mutation !== "aliases are drawn where a request arrives";
    happen({
      type: "want",
      want: isDrawnThere ? { ...asked, draw: { alias, chance: request.chance } } : asked,
    });
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
  /** The link has gone that they were to go over, or another assignment takes their place: they were not sent, and go elsewhere. */
  const takeBack = (environmentId: string) => {
    const flight = following.get(environmentId);
    following.delete(environmentId);
    if (flight === undefined) return;
    happen({ type: "unused", granted: flight.granted, sent: false });
    want(flight.request);
  };
  const sendRequest = (flight: Flight) => {
    const { request, granted } = flight;
    const { environmentId, epoch, grant, target } = granted;
    const link = links.get(environmentId);
    if (granted.assigned) assign(environmentId, epoch, target.key);
    const invoke = { type: "invoke", epoch, grant, requestId: request.id, revision: target.key } as const;
    link?.send(invoke);
    // Whatever is sent may come twice.
    if (chance.percent(5)) time.after(chance.upTo(1_500), () => link?.send(invoke));
    flights.set(request.id, flight);
  };
  const follow = (flight: Flight) => {
    const { environmentId } = flight.granted;
    following.set(environmentId, flight);
    const arrived = () => {
      const isStill = following.get(environmentId) === flight;
      if (isStill) following.delete(environmentId);
      if (isStill || mutation === "what was to be sent over a link is sent over the next")
        sendRequest(flight);
    };
    time.after(chance.upTo(fetchMsMax), () => enqueue(arrived));
  };
  return {
    send: (environmentId, message) => links.get(environmentId)?.send(message),
    answer,
    request(request) {
      requests.set(request.id, request);
      want(request);
    },
    launch(wantId, granted) {
      const request = requests.get(wantId);
      const isLeaving = leaving.has(granted.environmentId);
      if (request === undefined || !links.has(granted.environmentId) || isLeaving) {
        happen({ type: "unused", granted, sent: isLeaving });
        if (request !== undefined) time.after(50, () => enqueue(() => requests.has(wantId) && want(request)));
        return;
      }
      if (granted.assigned) takeBack(granted.environmentId);
      const isFetching = granted.assigned && !weather.isCalm && chance.percent(20);
      if (isFetching) follow({ request, granted });
      else sendRequest({ request, granted });
    },
    hear(environmentId, message) {
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
          leaving.add(environmentId);
          happen({ type: "placer", event: { type: "leaving", environmentId } });
          takeBack(environmentId);
          for (const { request, granted } of flightsIn(environmentId)) {
            const isHandedOn = mutation === "what has come to a leaving environment goes elsewhere too";
            if (hasCome(granted.grant, message.last) && !isHandedOn) continue;
            flights.delete(request.id);
            happen({ type: "unused", granted, sent: true });
            want(request);
          }
          return;
      }
    },
    linked(environmentId, wire, hello) {
      const pod = api.pods.get(environmentId);
      if (pod === undefined) return wire.close();
      links.set(environmentId, wire);
      takeBack(environmentId);
      meetAgain(environmentId, hello);
      const { namespace, shape } = pod;
      const kept = pod.kept && mutation !== "provisioned environments are used like others";
      const retireAtMs = Number.POSITIVE_INFINITY;
      happen({
        type: "linked",
        environment: { id: environmentId, namespace, shape, retireAtMs, kept },
      });
    },
    unlinked(environmentId, wire) {
      if (links.get(environmentId) !== wire) return;
      links.delete(environmentId);
      happen({ type: "unlinked", environmentId });
      takeBack(environmentId);
      if (mutation === "permits come back when a link breaks")
        happen({ type: "placer", event: { type: "gone", environmentId } });
      time.after(lostMs, () => enqueue(() => links.has(environmentId) || loseFlights(environmentId)));
    },
    podGone(environmentId) {
      takeBack(environmentId);
      loseFlights(environmentId);
      happen({ type: "placer", event: { type: "gone", environmentId } });
    },
  };
}

function joinedAs(
  pod: Pod | undefined,
  { revision, running }: Extract<ToGateway, { type: "standing" }>,
): JoinedAs | undefined {
  if (pod === undefined) return undefined;
  if (revision !== undefined) {
    const { of, target } = readRevision(revision);
    return { kind: "assigned", target, reserved: of.caps.reserved !== undefined, running };
  }
  if (pod.madeFor === undefined) return { kind: "unclaimed" };
  return { kind: "fresh", target: readRevision(pod.madeFor).target };
}
