/**
 * Several gateways, the Lease, versions and an alias, environments and clients in one process, on simulated time. After every single
 * happening C1, C2, V1 and who has the seat are asserted on what truly is, whatever any gateway believes; V2 whenever an invocation begins.
 */
import assert from "node:assert";
import { createChance } from "../../../kernel/testing/chance.ts";
import { apiName, createApi, type Pod } from "./api.ts";
import { type SimEnvironment, startEnvironment } from "./environment.ts";
import {
  type AliasShares,
  drawnBy,
  firstVersion,
  functions,
  readRevision,
  type SimFunction,
  targetOf,
} from "./functions.ts";
import { startGateway } from "./gateway.ts";
import { checkRunning, checkSeats, type StaleSeats } from "./invariants.ts";
import type { Mutation } from "./mutation.ts";
import { createNetwork } from "./network.ts";
import { type OperatorWorld, operate } from "./operator.ts";
import type { Request, SimGateway } from "./surroundings.ts";
import { createTime } from "./time.ts";
import type { Weather } from "./weather.ts";

export interface Told {
  happenings: number;
  ran: number;
  answered: number;
  epochs: number;
  /** Versions of the alias's function. */
  versions: number;
  /** Changes of the alias by which its requests ran: to two versions by weight, and back to one from before. */
  shared: number;
  back: number;
  /** Invocations of versions with provisioned concurrency: in provisioned environments, and in others. */
  provisioned: number;
  spilled: number;
  /** Of the alias, granted by a placer that had been followed by another and could not know, in environments that only it could reach. */
  behind: number;
  /** How often each pair of gateways, and each gateway and the API server or an environment, were parted. */
  partings: Map<string, number>;
}

/** As those see it who let things happen there. */
export interface Stage extends OperatorWorld {
  gateways: (SimGateway | undefined)[];
  /** Without an answer. */
  requests: Map<string, Request>;
  told: Told;
  /** Environments that come see this gateway only. */
  cutOff: number | undefined;
  startAt(slot: number): void;
  crashAt(slot: number): void;
  /** A `version` is asked for by its number. */
  requestAt(gateway: SimGateway, of: SimFunction, version?: number): Request;
  /** The alias goes to its next version, or elsewhere; each gateway's watch tells it in its own time. */
  switchAlias(way?: AliasWay): void;
  pass(ms: number): void;
}

/** To a new version; to that and the one before by weight; back to the one before. */
export type AliasWay = "forward" | "shared" | "back";

const slots = 3;
/** Of so many worlds, in one. */
const booksCheckedOnceIn = 4;
const watchMs = 100;
const staleWatchMs = 10_000;

export function createWorld(seed: number, isCalm: boolean, mutation?: Mutation): Stage {
  const chance = createChance(seed);
  const time = createTime();
  const weather: Weather = { isCalm, slowApiMs: 0 };
  const network = createNetwork(weather, chance, time);
  const api = createApi(weather, chance, time, network);
  const gateways: (SimGateway | undefined)[] = [];
  const environments = new Map<string, SimEnvironment>();
  const requests = new Map<string, Request>();
  const told: Told = {
    happenings: 0,
    ran: 0,
    answered: 0,
    epochs: 0,
    versions: 1,
    shared: 0,
    back: 0,
    provisioned: 0,
    spilled: 0,
    behind: 0,
    partings: network.partings,
  };
  const staleSeats: StaleSeats = new Map();
  let serial = 0;
  let newestRun = 0;
  /** Of all that have placed so far, also those that have left their seat or crashed since. */
  let newestEpoch = 0;
  const noteEpochs = () => {
    newestEpoch = Math.max(newestEpoch, ...gateways.map((gateway) => placingEpoch(gateway)));
  };

  const watchLagMs = () => chance.upTo(!weather.isCalm && chance.percent(5) ? staleWatchMs : watchMs);
  const addPod: Stage["addPod"] = (shape, own) => {
    const pod: Pod = {
      id: `e${serial++}`,
      namespace: "team",
      shape: shape ?? "own",
      functionKey: own?.target.functionKey,
      madeFor: own?.target.key,
      kept: own?.kept ?? false,
      scheduled: false,
    };
    api.pods.set(pod.id, pod);
    return pod;
  };
  const startPod: Stage["startPod"] = (pod, done = () => {}) => {
    pod.scheduled = true;
    done();
    // Some see one gateway only, and not always the one that places.
    const { cutOff } = stage;
    const seen = cutOff ?? chance.upTo(slots);
    if (!weather.isCalm && chance.percent(cutOff === undefined ? 10 : 60))
      for (let slot = 0; slot < slots; slot++) if (slot !== seen) network.part(pod.id, `slot${slot}`);
    environments.set(pod.id, startEnvironment(stage, pod.id));
  };
  const sharesOf = (way: AliasWay): AliasShares => {
    const { newestVersion: newest } = api;
    switch (way) {
      case "forward":
        return [{ version: newest, weight: 1 }];
      case "shared":
        return [
          { version: newest - 1, weight: 0.7 },
          { version: newest, weight: 0.3 },
        ];
      case "back":
        return [{ version: Math.max(firstVersion, newest - 1), weight: 1 }];
    }
  };
  const stage: Stage = {
    chance,
    time,
    network,
    api,
    weather,
    mutation,
    slots,
    areBooksChecked: seed % booksCheckedOnceIn === 0,
    gateways,
    environments,
    requests,
    told,
    cutOff: undefined,
    addPod,
    startPod,
    gatewayAt: (slot) => gateways[slot],
    partSomebody() {
      const slot = chance.upTo(slots);
      const others = [apiName, `slot${(slot + 1) % slots}`, chance.pick([...environments.keys()]) ?? apiName];
      network.part(`slot${slot}`, chance.pick(others) ?? apiName);
    },
    createPod(target, done) {
      time.after(5 + chance.upTo(50), () => {
        if (!weather.isCalm && chance.percent(10)) return done(undefined);
        const pod = addPod(undefined, { target, kept: false });
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
    began(requestId, environmentId, epoch) {
      told.ran++;
      const request = requests.get(requestId);
      request?.ranIn.push(environmentId);
      assert((request?.ranIn.length ?? 0) <= 1, `C2: ${requestId} runs a second time`);
      const { of, version } = readRevision(environments.get(environmentId)?.revision() ?? "");
      if (of.provisioned > 0 && version === firstVersion) {
        if (api.pods.get(environmentId)?.kept === true) told.provisioned++;
        else told.spilled++;
      }
      const asked = request?.version;
      assert(
        asked === undefined || asked === version,
        `V1: ${requestId} asked for version ${asked} and runs ${version}`,
      );
      if (!of.isAliased || asked !== undefined) return;
      noteEpochs();
      if (epoch < newestEpoch) {
        told.behind++;
        return;
      }
      const { changeMin = 0, chance: drawn = 0 } = request ?? {};
      const changes = api.aliasChanges.slice(changeMin);
      const at = changes.findIndex((shares) => drawnBy(shares, drawn) === version);
      assert(
        at >= 0,
        `V2: ${requestId} runs version ${version} after the alias's change ${changeMin} was followed`,
      );
      newestRun = Math.max(newestRun, changeMin + at);
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
    requestAt(gateway, of, version) {
      const id = `r${serial++}`;
      const one: Request = {
        id,
        of,
        at: gateway.id,
        version,
        chance: chance.upTo(100) / 100,
        changeMin: newestRun,
        answers: 0,
        ranIn: [],
      };
      requests.set(one.id, one);
      gateway.request(one);
      return one;
    },
    switchAlias(way = "forward") {
      if (way === "forward" || way === "shared") {
        api.newestVersion++;
        for (const of of functions) if (of.isAliased) api.publish(targetOf(of, api.newestVersion).key);
      }
      told.versions = api.newestVersion;
      if (way !== "forward") told[way]++;
      const change = api.aliasChanges.push(sharesOf(way)) - 1;
      for (const gateway of gateways) time.after(watchLagMs(), () => gateway?.aliasTold(change));
    },
    pass(ms) {
      time.pass(ms, () => {
        told.happenings++;
        noteEpochs();
        checkRunning(environments, api.published);
        checkSeats(gateways, staleSeats, time.nowMs());
      });
    },
  };
  for (const of of functions)
    for (let version = firstVersion; version < firstVersion + of.versions; version++)
      api.publish(targetOf(of, version).key);
  for (let slot = 0; slot < slots; slot++) stage.startAt(slot);
  operate(stage);
  return stage;
}

function placingEpoch(gateway: SimGateway | undefined): number {
  return gateway?.state.seat.at === "placing" ? gateway.state.seat.epoch : 0;
}
