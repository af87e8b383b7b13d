/** One world from its seed: requests and faults for a while, then calm, in which everything must come right (C3, V2). */
import assert from "node:assert";
import { checkInvariants } from "../../../gateway/placer/check.ts";
import { fault } from "./faults.ts";
import { firstVersion, functions } from "./functions.ts";
import type { Mutation } from "./mutation.ts";
import { type AliasWay, createWorld, type Stage, type Told } from "./world.ts";

const turns = 60;
/** Most changes go forward. */
const aliasWays: AliasWay[] = ["forward", "forward", "forward", "shared", "shared", "back"];
/** In calm weather a switch has taken effect by then. */
const switchMsMax = 1_000;
const atOnceMsMax = 200;

/** Throws at the first happening after which an invariant does not hold. */
export function runWorld(seed: number, mutation?: Mutation): Told {
  const stage = createWorld(seed, false, mutation);
  const { chance, gateways, told, weather } = stage;
  stage.pass(1_000);
  for (let turn = 0; turn < turns; turn++) {
    for (let count = chance.upTo(6); count > 0; count--) request(stage);
    if (chance.percent(20)) stage.switchAlias(chance.pick(aliasWays));
    // In the midst of whatever happens until then.
    if (chance.percent(30)) stage.time.after(chance.upTo(600), () => weather.isCalm || fault(stage));
    stage.pass(chance.upTo(600));
  }
  calm(stage);
  stage.pass(30_000);
  assert.deepEqual([...stage.requests.keys()], [], "C3: requests without an answer");
  checkAtRest(stage);
  checkProvisioned(stage);
  checkSwitch(stage);
  told.epochs = Math.max(...gateways.map((gateway) => gateway?.state.seenEpoch ?? 0));
  return told;
}

function request(stage: Stage): void {
  const gateway = stage.chance.pick(stage.gateways);
  const of = stage.chance.pick(functions);
  if (gateway === undefined || of === undefined) return;
  const { isAliased, versions } = of;
  const published = isAliased ? stage.api.newestVersion : versions;
  // An alias's versions are asked for by their numbers as well, older ones too (V1).
  const isByNumber = !isAliased || stage.chance.percent(30);
  stage.requestAt(gateway, of, isByNumber ? firstVersion + stage.chance.upTo(published) : undefined);
}

function calm({ weather, network, gateways, slots, crashAt, startAt }: Stage): void {
  weather.isCalm = true;
  network.heal();
  for (let slot = 0; slot < slots; slot++) {
    if (gateways[slot]?.state.leaving === true) crashAt(slot);
    if (gateways[slot] === undefined) startAt(slot);
    gateways[slot]?.mendWatches();
  }
}

/** Faults have ceased and nobody asks: one gateway places, and every permit has come back (C3). */
function checkAtRest({ gateways, time }: Stage): void {
  const placing = gateways.flatMap((gateway) =>
    gateway?.state.seat.at === "placing" ? [gateway.state.seat] : [],
  );
  assert.equal(placing.length, 1, "C3: one gateway places in the end");
  const { placer } = placing[0] as (typeof placing)[number];
  checkInvariants(placer, time.nowMs());
  const inFlight = [...placer.accounts.values()].reduce((sum, account) => sum + account.inFlight, 0);
  assert.equal(inFlight, 0, "C3: permits that never came back");
  assert.equal(placer.unheard.size, 0, "C1: environments never heard of count for ever");
}

/** V2: the next switch takes effect in time, whichever gateway is asked. */
function checkSwitch(stage: Stage): void {
  stage.switchAlias();
  stage.pass(switchMsMax);
  const [of] = functions.filter(({ isAliased }) => isAliased);
  for (const gateway of stage.gateways) {
    if (of === undefined || gateway === undefined) continue;
    const one = stage.requestAt(gateway, of);
    one.changeMin = stage.api.aliasChanges.length - 1;
    for (let waitedMs = 0; waitedMs < 10_000 && one.ranIn.length === 0; waitedMs += 200) stage.pass(200);
    assert.equal(one.ranIn.length, 1, "V2: a request after a switch fails");
  }
}

/** Where nothing else runs, whichever gateway is asked, an invocation runs at once in an environment that was kept ready for it. */
function checkProvisioned(stage: Stage): void {
  for (const of of functions.filter(({ provisioned }) => provisioned > 0)) {
    const gateway = stage.chance.pick(stage.gateways);
    assert(gateway !== undefined);
    const one = stage.requestAt(gateway, of, firstVersion);
    stage.pass(atOnceMsMax);
    const [environmentId] = one.ranIn;
    const isKept = stage.api.pods.get(environmentId ?? "")?.kept;
    assert.equal(isKept, true, `C1: ${one.id} runs in ${environmentId}, which is not provisioned`);
  }
}
