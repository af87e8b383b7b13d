/**
 * Limits with many gateways and any crash (docs/adr/0016-limits-that-hold.md), by seeds: C1 to C3 and V1 after every single happening, V2,
 * that an alias's switch never goes back, and that no stale gateway stays placer. And each safeguard left out once, with a seed that
 * misses it: a simulation that cannot fail shows nothing.
 */
import { expect, test } from "vitest";
import type { Mutation } from "./mutation.ts";
import { runWorld } from "./run.ts";
import type { Told } from "./world.ts";

/** `KAMBDA_SEEDS` runs as many, from `KAMBDA_SEED` on. */
const seeds = Number(process.env.KAMBDA_SEEDS ?? 2_000);
const first = Number(process.env.KAMBDA_SEED ?? 1);
const testMsMax = 600_000;

const slots = ["slot0", "slot1", "slot2"];
/** Every two that speak with each other. */
const pairs = [
  "slot0|slot1",
  "slot0|slot2",
  "slot1|slot2",
  ...slots.flatMap((slot) => [`api|${slot}`, `environment|${slot}`]),
].sort();

test(
  `C1, C2, C3, V1 and V2 hold in ${seeds} worlds of crashes, pauses, partitions, lost and late messages`,
  () => {
    const sum = {
      ran: 0,
      epochs: 0,
      versions: 0,
      shared: 0,
      back: 0,
      provisioned: 0,
      spilled: 0,
      behind: 0,
    };
    const partings = new Map<string, number>();
    for (let seed = first; seed < first + seeds; seed++) {
      const told = replayable(seed);
      for (const key of Object.keys(sum) as (keyof typeof sum)[]) sum[key] += told[key];
      for (const [pair, times] of told.partings) partings.set(pair, (partings.get(pair) ?? 0) + times);
    }
    // What goes wrong must not keep things from going on: requests run, and the seat changes hands.
    expect(sum.ran).toBeGreaterThan(seeds * 10);
    expect(sum.epochs).toBeGreaterThan(seeds);
    expect(sum.versions).toBeGreaterThan(seeds * 5);
    for (const way of [sum.shared, sum.back]) expect(way).toBeGreaterThan(seeds / 2);
    expect(sum.provisioned).toBeGreaterThan(seeds);
    expect(sum.spilled).toBeGreaterThan(seeds);
    // V2 is the newest placer's: one cut off goes on with what it knows, and hardly anything of it comes to run.
    expect(sum.behind).toBeLessThan(sum.ran / 200);
    expect([...partings.keys()].sort()).toEqual(pairs);
    expect(Math.min(...partings.values())).toBeGreaterThan(seeds / 10);
  },
  testMsMax,
);

/** Each a safeguard left out, and what is then found; among them each of C1, C2, C3, V1 and V2. */
const mutants: [Mutation, RegExp, number?][] = [
  ["environments obey older epochs", /C1: .* run/],
  ["what an environment says of epochs is believed", /C3: /],
  ["forgets environments not heard of", /C1: .* run/],
  ["does not confirm its epoch", /C1: .* run/, 438],
  ["recall revokes nothing", /C1: .* run/, 398],
  ["permits come back when a link breaks", /C1: .* run/],
  ["environments start a grant twice", /C2: .* runs a second time/],
  ["waiting requests are forgotten by who steps down", /C3: requests without an answer/],
  ["aliases are drawn where a request arrives", /V2: .* runs version/],
  ["a new placer knows aliases by its watch only", /V2: .* runs version/],
  ["an assignment brings what is newest", /V1: .* was published as/],
  ["a number goes where the alias goes", /V1: .* asked for version/],
  ["provisioned environments are used like others", /C1: .* is used before/],
  ["what is provisioned is not set aside", /C1: .* provisioned for others/],
  ["a gateway whose watch is stale keeps its seat", /keeps its seat/],
  ["what a dead gateway was granted is not asked back", /C3: permits that never came back/],
  ["what was granted and not sent is not given back", /C3: permits that never came back/],
  ["what was to be sent over a link is sent over the next", /C2: .* runs a second time/],
  ["what has come to a leaving environment goes elsewhere too", /C2: .* runs a second time/],
];

for (const [mutation, says, from = 1] of mutants)
  test(`the simulation misses a safeguard: ${mutation}`, { timeout: testMsMax }, async ({ annotate }) => {
    const seed = seedThatFinds(mutation, says, from);
    await annotate(`seed ${seed} finds it`);
    // The very same world holds with the safeguard in place.
    expect(seed, "no seed finds it").toBeDefined();
    if (seed !== undefined) expect(() => runWorld(seed)).not.toThrow();
  });

/** Which it is changes with every change of the code; the search begins where it was last. */
function seedThatFinds(mutation: Mutation, says: RegExp, from: number): number | undefined {
  for (let seed = from; seed < from + 4_000; seed++) {
    try {
      runWorld(seed, mutation);
    } catch (error) {
      if (says.test(String(error))) return seed;
    }
  }
  return undefined;
}

function replayable(seed: number): Told {
  try {
    return runWorld(seed);
  } catch (cause) {
    const command = `KAMBDA_SEED=${seed} KAMBDA_SEEDS=1 npm run unit -- test/sim/gateways`;
    throw new Error(`seed ${seed}: ${String(cause)}; replay it: ${command}`, { cause });
  }
}
