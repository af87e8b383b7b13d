/**
 * Limits with many gateways and any crash (docs/adr/0016-limits-that-hold.md), by seeds: C1 to C3 after every single happening, and V2, that an alias's switch
 * never goes back. And each safeguard left out once, with a seed that misses it: a simulation that cannot fail shows nothing.
 */
import { expect, test } from "vitest";
import type { Mutation } from "./mutation.ts";
import { runWorld } from "./run.ts";
import type { Told } from "./world.ts";

/** `KAMBDA_SEEDS` runs as many, from `KAMBDA_SEED` on. */
const seeds = Number(process.env.KAMBDA_SEEDS ?? 2_000);
const first = Number(process.env.KAMBDA_SEED ?? 1);
const testMsMax = 600_000;

test(
  `C1, C2, C3 and V2 hold in ${seeds} worlds of crashes, pauses, partitions, lost and late messages`,
  () => {
    const told: Told = { happenings: 0, ran: 0, answered: 0, epochs: 0, versions: 0 };
    for (let seed = first; seed < first + seeds; seed++) {
      const one = replayable(seed);
      for (const key of Object.keys(told) as (keyof Told)[]) told[key] += one[key];
    }
    // What goes wrong must not keep things from going on: requests run, and the seat changes hands.
    expect(told.ran).toBeGreaterThan(seeds * 10);
    expect(told.epochs).toBeGreaterThan(seeds);
    expect(told.versions).toBeGreaterThan(seeds * 5);
  },
  testMsMax,
);

const mutants: [Mutation, RegExp][] = [
  ["environments obey older epochs", /C1: .* run/],
  ["forgets environments not heard of", /C1: .* run/],
  ["does not confirm its epoch", /C1: .* run/],
  ["recall revokes nothing", /C1: .* run/],
  ["permits come back when a link breaks", /C1: .* run/],
  ["environments start a grant twice", /C2: .* runs a second time/],
  ["waiting requests are forgotten by who steps down", /C3: requests without an answer/],
  ["aliases are drawn where a request arrives", /V2: .* runs version/],
  ["a new placer knows aliases by its watch only", /V2: .* runs version/],
];

test.each(mutants)(
  "the simulation misses a safeguard: %s",
  (mutation, says) => {
    const seed = seedThatFinds(mutation, says);
    // The very same world holds with the safeguard in place.
    expect(seed, "no seed finds it").toBeDefined();
    if (seed !== undefined) expect(() => runWorld(seed)).not.toThrow();
  },
  testMsMax,
);

/** The first one; which it is changes with every change of the code. */
function seedThatFinds(mutation: Mutation, says: RegExp): number | undefined {
  for (let seed = 1; seed <= 4_000; seed++) {
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
