/**
 * Several gateways, the Lease, an alias, environments and clients in one process, on simulated time. After every single happening C1 and
 * C2 are asserted on what truly runs, whatever any gateway believes; V2 whenever an invocation begins.
 */
import assert from "node:assert";
import type { Target } from "../../../gateway/placer/state.ts";
import { createChance } from "../../../kernel/testing/chance.ts";
import { createApi, type Pod } from "./api.ts";
import { type SimEnvironment, startEnvironment } from "./environment.ts";
import { functions, readRevision, type SimFunction } from "./functions.ts";
import { startGateway } from "./gateway.ts";
import type { Mutation } from "./mutation.ts";
import { createNetwork } from "./network.ts";
import type { Request, SimGateway, World } from "./surroundings.ts";
import { createTime } from "./time.ts";
import type { Weather } from "./weather.ts";

export interface Told {
  happenings: number;
  ran: number;
  answered: number;
  epochs: number;
  /** Versions the alias has gone to. */
  versions: number;
}

/** As those see it who let things happen there. */
export interface Stage extends World {
  gateways: (SimGateway | undefined)[];
  environments: Map<string, SimEnvironment>;
  /** Without an answer. */
  requests: Map<string, Request>;
  told: Told;
  /** Environments that come see this gateway only. */
  cutOff: number | undefined;
  startAt(slot: number): void;
  crashAt(slot: number): void;
  requestAt(gateway: SimGateway, of: SimFunction): Request;
  /** The alias goes to its next version; each gateway's watch tells it in its own time. */
  switchAlias(): void;
  pass(ms: number): void;
}

const poolSize = 3;
const slots = 3;
const watchMs = 100;
const staleWatchMs = 10_000;

export function createWorld(seed: number, isCalm: boolean, mutation?: Mutation): Stage {
  const chance = createChance(seed);
  const time = createTime();
  const weather: Weather = { isCalm };
  const network = createNetwork(weather, chance, time);
  const api = createApi(weather, chance, time, network);
  const gateways: (SimGateway | undefined)[] = [];
  const environments = new Map<string, SimEnvironment>();
  const requests = new Map<string, Request>();
  const told: Told = { happenings: 0, ran: 0, answered: 0, epochs: 0, versions: 1 };
  let serial = 0;
  let newestRun = 0;

  const watchLagMs = () => chance.upTo(!weather.isCalm && chance.percent(5) ? staleWatchMs : watchMs);
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
    const { cutOff } = stage;
    const seen = cutOff ?? chance.upTo(slots);
    if (!weather.isCalm && chance.percent(cutOff === undefined ? 10 : 60))
      for (let slot = 0; slot < slots; slot++) if (slot !== seen) network.part(pod.id, `slot${slot}`);
    environments.set(pod.id, startEnvironment(stage, pod.id));
  };
  /** The operator: keeps the pool, and writes labels some time after a claim. */
  const operate = () => {
    const unclaimed = [...environments.values()].filter(({ id, revision }) => {
      return revision() === undefined && api.pods.get(id)?.madeFor === undefined;
    });
    for (let count = unclaimed.length; count < poolSize; count++) startPod(addPod("pool"));
    for (const { id, revision } of environments.values()) {
      const pod = api.pods.get(id);
      const runs = revision();
      if (pod !== undefined && runs !== undefined && chance.percent(50))
        pod.functionKey = readRevision(runs).of.functionKey;
    }
    time.after(700, operate);
  };

  const stage: Stage = {
    chance,
    time,
    network,
    api,
    weather,
    mutation,
    slots,
    gateways,
    environments,
    requests,
    told,
    cutOff: undefined,
    gatewayAt: (slot) => gateways[slot],
    createPod(target, done) {
      time.after(5 + chance.upTo(50), () => {
        if (!weather.isCalm && chance.percent(10)) return done(undefined);
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
        for (const gateway of gateways) time.after(watchLagMs(), () => gateway?.podGone(id));
      });
    },
    began(requestId, environmentId) {
      told.ran++;
      const request = requests.get(requestId);
      request?.ranIn.push(environmentId);
      assert((request?.ranIn.length ?? 0) <= 1, `C2: ${requestId} runs a second time`);
      const { of, version } = readRevision(environments.get(environmentId)?.revision() ?? "");
      if (!of.isAliased) return;
      const { versionMin = 0 } = request ?? {};
      assert(version >= versionMin, `V2: ${requestId} runs version ${version} after ${versionMin} had run`);
      newestRun = Math.max(newestRun, version);
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
    startAt(slot) {
      gateways[slot] = startGateway(stage, slot, `g${slot}.${serial++}`);
    },
    crashAt(slot) {
      gateways[slot]?.crash();
      gateways[slot] = undefined;
    },
    requestAt(gateway, of) {
      const id = `r${serial++}`;
      const one: Request = { id, of, at: gateway.id, versionMin: newestRun, answers: 0, ranIn: [] };
      requests.set(one.id, one);
      gateway.request(one);
      return one;
    },
    switchAlias() {
      const version = ++api.aliasVersion;
      told.versions = version;
      for (const gateway of gateways) time.after(watchLagMs(), () => gateway?.aliasTold(version));
    },
    pass(ms) {
      time.pass(ms, () => {
        told.happenings++;
        checkRunning(environments);
      });
    },
  };
  for (let slot = 0; slot < slots; slot++) stage.startAt(slot);
  operate();
  return stage;
}

/** C1 and C2, counted from what truly runs. */
function checkRunning(environments: Map<string, SimEnvironment>): void {
  const running = new Map<string, number>();
  for (const environment of environments.values()) {
    const now = environment.running();
    if (now === undefined) continue;
    const { functionKey } = readRevision(now.revision).of;
    running.set(functionKey, (running.get(functionKey) ?? 0) + 1);
  }
  let all = 0;
  let unreserved = 0;
  let onDemand = 0;
  for (const { functionKey, caps } of functions) {
    const count = running.get(functionKey) ?? 0;
    all += count;
    if (caps.reserved === undefined) unreserved += count;
    if (caps.reserved === undefined && caps.provisioned === 0) onDemand += count;
    assert(count <= (caps.reserved ?? caps.unreserved), `C1: ${count} of ${functionKey} run`);
    assert(unreserved <= caps.unreserved, `C1: ${unreserved} unreserved run in one namespace`);
    assert(all <= caps.account, `C1: ${all} run in one namespace`);
    const aside = caps.reserved === undefined ? caps.setAside : 0;
    assert(
      onDemand <= caps.unreserved - aside,
      `C1: ${onDemand} run where ${aside} are provisioned for others`,
    );
  }
}
