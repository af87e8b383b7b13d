/**
 * An API server slower than environments join, and one environment that repeats itself: who places has the Lease to renew besides what
 * they cause it to read, or a standby takes the seat as soon as the Lease looks abandoned.
 */
import { expect, test } from "vitest";
import { epochMax } from "../../../crds/link/epoch.ts";
import { createWorld, type Stage } from "./world.ts";

/** A minute in which somebody speaks all the time is as long as a hundred others. */
const seedsMax = 50;
const seeds = Math.min(seedsMax, Number(process.env.KAMBDA_SEEDS ?? 10));
const first = Number(process.env.KAMBDA_SEED ?? 1);
/** Several times as long as an abandoned Lease is left alone. */
const turns = 100;
const turnMs = 600;
const slowApiMs = 350;

const ways: [string, (stage: Stage) => void][] = [
  ["an environment joins before each answer of the API server", join],
  ["an environment repeats what it is", (stage) => oldest(stage)?.repeat()],
  ["an environment repeats an epoch that there is not", (stage) => oldest(stage)?.repeat(epochMax)],
];

test.each(ways)("the seat stays where it is while %s", { timeout: 300_000 }, (_, happen) => {
  for (let seed = first; seed < first + seeds; seed++) {
    const stage = createWorld(seed, true);
    stage.pass(5_000);
    const epoch = epochOf(stage);
    stage.weather.slowApiMs = slowApiMs;
    for (let turn = 0; turn < turns; turn++) {
      happen(stage);
      stage.pass(turnMs);
    }
    expect(epochOf(stage), `seed ${seed}`).toBe(epoch);
  }
});

function epochOf({ gateways }: Stage): number {
  return Math.max(...gateways.map((gateway) => gateway?.state.seenEpoch ?? 0));
}

function oldest({ environments }: Stage) {
  return environments.values().next().value;
}

/** As many come as go. */
function join(stage: Stage): void {
  oldest(stage)?.kill();
  stage.startPod(stage.addPod("pool"));
}
