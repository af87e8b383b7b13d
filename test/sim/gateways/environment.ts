/** An environment: dials every gateway, obeys its fence (the supervisor's own), runs one invocation at a time, ends without a gateway. */
import { epochMax } from "../../../crds/link/epoch.ts";
import { noGrant } from "../../../crds/link/grant.ts";
import { createFence } from "../../../runtime-image/supervisor/lifecycle/fence.ts";
import type { ToEnvironment, ToGateway } from "./messages.ts";
import type { Wire } from "./network.ts";
import type { World } from "./surroundings.ts";

export interface SimEnvironment {
  readonly id: string;
  /** What truly runs here at this moment. */
  running(): { requestId: string; revision: string; code: string } | undefined;
  revision(): string | undefined;
  /** As a machine that goes away. */
  kill(): void;
  /** As a pod that is deleted: takes nothing new, finishes what runs. */
  leave(): void;
  /** Tells every gateway of a placer that there is not. */
  lie(): void;
  /** Tells every gateway what it is, again and again for a second, by another epoch than it obeys if one is given. */
  repeat(epoch?: number): void;
  isAlive(): boolean;
}

const unlinkedMsMax = 5_000;
const repeatedMs = 1_000;
const repeatEveryMs = 5;

export function startEnvironment(world: World, id: string): SimEnvironment {
  const { chance, time, network, mutation } = world;
  const fence = createFence();
  const links = new Map<string, Wire<ToGateway>>();
  let placer: string | undefined;
  let revision: string | undefined;
  let code = "";
  let current: { requestId: string; grant: string; asker: string; isRunning: boolean } | undefined;
  let isAlive = true;
  let isLeaving = false;
  let initialized: ToGateway | undefined;
  let unlinkedSinceMs = time.nowMs();

  const say = (to: string | undefined, message: ToGateway) => {
    if (to !== undefined) links.get(to)?.send(message);
  };
  const end = () => {
    isAlive = false;
    if (current !== undefined) current.isRunning = false;
    for (const link of links.values()) link.close();
    links.clear();
    network.cut(id);
    world.podEnded(id);
  };
  const hello = () => ({
    revision,
    running: current?.isRunning === true ? current.grant : undefined,
    last: fence.last(),
  });
  const standing = (to: string, epoch = fence.highest()) =>
    say(to, {
      type: "standing",
      epoch,
      revision,
      running: current?.isRunning === true ? current.grant : undefined,
      last: fence.last(),
    });
  const isUnfenced = mutation === "environments obey older epochs";
  const admit = (epoch: number) => fence.admit(epoch) || isUnfenced;

  const finish = () => {
    if (!isAlive || current === undefined) return;
    const { requestId, grant, asker } = current;
    current.isRunning = false;
    say(asker, { type: "end", requestId, grant, ran: true });
    if (placer !== asker) say(placer, { type: "released", grant });
    if (isLeaving) end();
  };
  const invoke = (from: string, message: Extract<ToEnvironment, { type: "invoke" }>) => {
    const { epoch, grant, requestId } = message;
    const taken = fence.take(epoch, grant);
    const verdict = isUnfenced && taken !== "again" ? "start" : taken;
    if (verdict === "again" && mutation !== "environments start a grant twice") return;
    const mayStart = verdict === "start" || verdict === "again";
    const isFree = !isLeaving && current?.isRunning !== true && revision === message.revision;
    if (verdict === "stale") standing(from);
    if (!mayStart || !isFree) {
      say(from, { type: "end", requestId, grant, ran: false });
      if (verdict === "start" && placer !== from) say(placer, { type: "released", grant });
      return;
    }
    current = { requestId, grant, asker: from, isRunning: true };
    world.began(requestId, id, epoch);
    time.after(20 + chance.upTo(chance.percent(10) ? 4_000 : 400), finish);
  };
  const leaving = () => ({ type: "leaving", last: fence.last() ?? noGrant }) as const;
  const leave = () => {
    if (!isAlive || isLeaving) return;
    isLeaving = true;
    for (const gateway of links.keys()) say(gateway, leaving());
    if (current?.isRunning !== true) end();
  };
  const receive = (from: string, message: ToEnvironment) => {
    if (!isAlive) return;
    switch (message.type) {
      case "epoch":
        if (admit(message.epoch)) placer = from;
        standing(from);
        return;
      case "assign":
        if (!admit(message.epoch) || isLeaving || revision !== undefined) return;
        revision = message.revision;
        code = message.code;
        time.after(5 + chance.upTo(100), () => {
          initialized = { type: "initialized", revision: message.revision };
          for (const gateway of links.keys()) say(gateway, initialized);
        });
        return;
      case "invoke":
        invoke(from, message);
        return;
      case "recall": {
        if (!admit(message.epoch)) return standing(from);
        const hasCome = current?.grant === message.grant;
        if (!hasCome && mutation !== "recall revokes nothing") fence.recall(message.grant);
        const was = !hasCome ? "notStarted" : current?.isRunning === true ? "running" : "ended";
        say(from, { type: "recalled", grant: message.grant, was });
        return;
      }
      case "shutdown":
        if (admit(message.epoch)) leave();
        return;
    }
  };
  const dialling = new Set<number>();
  const dial = (slot: number) => {
    if (!isAlive || dialling.has(slot)) return;
    dialling.add(slot);
    const gateway = world.gatewayAt(slot);
    const name = gateway?.id;
    const again = () => {
      dialling.delete(slot);
      time.after(50 + chance.upTo(500), () => dial(slot));
    };
    if (gateway === undefined || name === undefined) return again();
    const wires = network.connect<ToEnvironment, ToGateway>(
      [id, `slot${slot}`],
      [
        { receive: (message) => receive(name, message), closed: () => lost(name, again) },
        { receive: (message) => gateway.hear(id, message), closed: () => gateway.unlinked(id, toGateway) },
      ],
    );
    if (wires === undefined) return again();
    const [toGatewayWire, toGateway] = [wires[0], wires[1]];
    links.set(name, toGatewayWire);
    unlinkedSinceMs = Number.POSITIVE_INFINITY;
    time.after(2 + chance.upTo(10), () => {
      gateway.linked(id, toGateway, hello());
      // What was said while there was no link.
      if (isLeaving) toGatewayWire.send(leaving());
      if (initialized !== undefined) toGatewayWire.send(initialized);
    });
  };
  const lost = (name: string, again: () => void) => {
    links.delete(name);
    if (links.size === 0) unlinkedSinceMs = time.nowMs();
    again();
  };
  const watch = () => {
    if (!isAlive) return;
    if (time.nowMs() - unlinkedSinceMs > unlinkedMsMax) return end();
    time.after(500, watch);
  };
  for (let slot = 0; slot < world.slots; slot++) time.after(chance.upTo(40), () => dial(slot));
  watch();
  return {
    id,
    running: () =>
      current?.isRunning === true && revision !== undefined
        ? { requestId: current.requestId, revision, code }
        : undefined,
    revision: () => revision,
    kill: end,
    leave,
    lie() {
      for (const gateway of links.keys()) standing(gateway, epochMax);
    },
    repeat(epoch) {
      for (let ms = 0; ms < repeatedMs; ms += repeatEveryMs)
        time.after(ms, () => {
          if (isAlive) for (const gateway of links.keys()) standing(gateway, epoch);
        });
    },
    isAlive: () => isAlive,
  };
}
