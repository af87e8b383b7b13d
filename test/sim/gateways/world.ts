/**
 * Several gateways, the Lease, environments and clients in one process, on simulated time, with everything going wrong that can. After
 * every single happening C1 and C2 are asserted on what truly runs, whatever any gateway believes; C3 at the end, when faults cease.
 */
import assert from "node:assert";
import type { Target } from "../../../gateway/placer/state.ts";
import { type Api, apiName, createApi, type Pod } from "./api.ts";
import { type Chance, createChance } from "./chance.ts";
import { type SimEnvironment, startEnvironment } from "./environment.ts";
import { functions, type SimFunction } from "./functions.ts";
import { startGateway } from "./gateway.ts";
import { createNetwork, type Network } from "./network.ts";
import type { Mutation, Request, SimGateway, World } from "./surroundings.ts";
import { createTime, type Time } from "./time.ts";

export interface Told {
  happenings: number;
  ran: number;
  answered: number;
  epochs: number;
}

const poolSize = 3;
const turns = 60;

/** Throws at the first happening after which an invariant does not hold. */
export function runWorld(seed: number, mutation?: Mutation): Told {
  const chance = createChance(seed);
  const time = createTime();
  const network = createNetwork(chance, time);
  const api = createApi(chance, time, network);
  const gateways: (SimGateway | undefined)[] = [];
  const environments = new Map<string, SimEnvironment>();
  const requests = new Map<string, Request>();
  const told: Told = { happenings: 0, ran: 0, answered: 0, epochs: 0 };
  let serial = 0;
  let isCalm = false;
  /** The gateway that is cut off from everybody but the environments that come now. */
  let cutOff: number | undefined;

  const world: World = {
    chance,
    time,
    network,
    api,
    mutation,
    slots: 3,
    gatewayAt: (slot) => gateways[slot],
    createPod(target, done) {
      time.after(5 + chance.upTo(50), () => {
        if (chance.percent(10)) return done(undefined);
        const pod = addPod(undefined, target);
        time.after(chance.upTo(300), () => startPod(pod, () => done(pod.id)));
      });
    },
    podEnded(id) {
      environments.delete(id);
      const pod = api.pods.get(id);
      if (pod === undefined) return;
      time.after(chance.upTo(500), () => {
        api.pods.delete(id);
        for (const gateway of gateways)
          time.after(chance.upTo(chance.percent(5) ? 10_000 : 100), () => gateway?.podGone(id));
      });
    },
    began(requestId, environmentId) {
      told.ran++;
      const request = requests.get(requestId);
      request?.ranIn.push(environmentId);
      assert((request?.ranIn.length ?? 0) <= 1, `C2: ${requestId} runs a second time`);
    },
    answered(request) {
      request.answers++;
      told.answered++;
      assert.equal(request.answers, 1, `C3: ${request.id} is answered a second time`);
      requests.delete(request.id);
    },
    abandonedAt(gateway) {
      for (const { id, at } of [...requests.values()]) if (at === gateway) requests.delete(id);
    },
  };
  const addPod = (shape: string | undefined, target?: Target): Pod => {
    const pod: Pod = {
      id: `e${serial++}`,
      namespace: "team",
      shape: shape ?? "own",
      functionKey: target?.functionKey,
      madeFor: target?.key,
      scheduled: false,
    };
    api.pods.set(pod.id, pod);
    return pod;
  };
  const startPod = (pod: Pod, done: () => void = () => {}) => {
    pod.scheduled = true;
    done();
    // Some see one gateway only, and not always the one that places.
    const seen = cutOff ?? chance.upTo(world.slots);
    if (!isCalm && chance.percent(cutOff === undefined ? 10 : 60))
      for (let slot = 0; slot < world.slots; slot++) if (slot !== seen) network.part(pod.id, `slot${slot}`);
    environments.set(pod.id, startEnvironment(world, pod.id));
  };
  /** The operator: keeps the pool, and writes labels some time after a claim. */
  const operate = () => {
    const unclaimed = [...environments.values()].filter(({ id, revision }) => {
      return revision() === undefined && api.pods.get(id)?.madeFor === undefined;
    });
    for (let count = unclaimed.length; count < poolSize; count++) startPod(addPod("pool"));
    for (const { id, revision } of environments.values()) {
      const pod = api.pods.get(id);
      if (pod !== undefined && revision() !== undefined && chance.percent(50))
        pod.functionKey = functions.find(({ target }) => target.key === revision())?.target.functionKey;
    }
    time.after(700, operate);
  };
  const startAt = (slot: number) => {
    gateways[slot] = startGateway(world, slot, `g${slot}.${serial++}`);
  };
  const crashAt = (slot: number) => {
    gateways[slot]?.crash();
    gateways[slot] = undefined;
  };
  const request = () => {
    const gateway = chance.pick(gateways);
    const of = chance.pick(functions);
    if (gateway === undefined || of === undefined) return;
    const one: Request = { id: `r${serial++}`, of, at: gateway.id, answers: 0, ranIn: [] };
    requests.set(one.id, one);
    gateway.request(one);
  };
  const check = () => {
    told.happenings++;
    checkRunning(environments);
  };
  const fault = () => {
    const slot = chance.upTo(world.slots);
    const other = chance.upTo(world.slots);
    const environment = chance.pick([...environments.keys()]);
    switch (chance.upTo(10)) {
      case 0:
        crashAt(slot);
        time.after(chance.upTo(4_000), () => gateways[slot] === undefined && startAt(slot));
        return;
      case 1:
        gateways[slot]?.pause(chance.upTo(8_000));
        return;
      case 2:
        if (slot !== other) network.part(`slot${slot}`, `slot${other}`);
        return;
      case 3:
        network.part(`slot${slot}`, apiName);
        return;
      case 4:
        if (environment !== undefined) network.part(environment, `slot${slot}`);
        return;
      case 5:
        network.cut(`slot${slot}`);
        return;
      case 6:
        if (environment !== undefined) environments.get(environment)?.kill();
        return;
      case 7:
        if (chance.percent(50)) network.heal();
        return;
      case 9:
        // Cut off from everybody but new environments, it knows of no other placer.
        network.part(`slot${slot}`, apiName);
        for (let one = 0; one < world.slots; one++)
          if (one !== slot) network.part(`slot${slot}`, `slot${one}`);
        for (const one of [...environments.values()]) if (chance.percent(70)) one.kill();
        cutOff = slot;
        time.after(5_000, () => {
          cutOff = undefined;
        });
        return;
      case 8: {
        // A roll: leaves with grace, and another comes.
        const leaving = gateways[slot];
        leaving?.happen({ type: "leave" });
        time.after(chance.upTo(3_000), () => {
          if (gateways[slot] !== leaving) return;
          crashAt(slot);
          startAt(slot);
        });
        return;
      }
    }
  };

  for (let slot = 0; slot < world.slots; slot++) startAt(slot);
  operate();
  time.pass(1_000, check);
  for (let turn = 0; turn < turns; turn++) {
    for (let count = chance.upTo(6); count > 0; count--) request();
    if (chance.percent(30)) fault();
    time.pass(chance.upTo(600), check);
  }
  isCalm = true;
  network.heal();
  for (let slot = 0; slot < world.slots; slot++) {
    if (gateways[slot]?.state.leaving === true) crashAt(slot);
    if (gateways[slot] === undefined) startAt(slot);
  }
  time.pass(40_000, check);
  assert.deepEqual([...requests.keys()], [], "C3: requests without an answer");
  checkAtRest(gateways);
  told.epochs = Math.max(...gateways.map((gateway) => gateway?.state.seenEpoch ?? 0));
  return told;
}

/** C1 and C2, counted from what truly runs. */
function checkRunning(environments: Map<string, SimEnvironment>): void {
  let unreserved = 0;
  for (const { target, caps } of functions) {
    let running = 0;
    for (const environment of environments.values()) {
      const { revision } = environment.running() ?? {};
      if (revision === target.key) running++;
    }
    if (caps.reserved === undefined) unreserved += running;
    assert(running <= (caps.reserved ?? caps.unreserved), `C1: ${running} of ${target.functionKey} run`);
    assert(unreserved <= caps.unreserved, `C1: ${unreserved} unreserved run in ${target.namespace}`);
  }
}

/** Faults have ceased and nobody asks: one gateway places, and every permit has come back (C3). */
function checkAtRest(gateways: (SimGateway | undefined)[]): void {
  const placing = gateways.flatMap((gateway) =>
    gateway?.state.seat.at === "placing" ? [gateway.state.seat] : [],
  );
  assert.equal(placing.length, 1, "C3: one gateway places in the end");
  const { placer } = placing[0] as (typeof placing)[number];
  const inFlight = [...placer.accounts.values()].reduce((sum, account) => sum + account.inFlight, 0);
  assert.equal(inFlight, 0, "C3: permits that never came back");
  assert.equal(placer.unheard.size, 0, "C1: environments never heard of count for ever");
}
