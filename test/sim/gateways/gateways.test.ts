/**
 * Limits with many gateways and any crash (DESIGN.md), by seeds: C1 to C3 after every single happening. And each safeguard left out
 * once, with a seed that misses it: a simulation that cannot fail shows nothing.
 */
import { expect, test } from "vitest";
import { type Mutation, runWorld, type Told } from "./world.ts";

/** `KAMBDA_SEEDS` runs as many, from `KAMBDA_SEED` on. */
const seeds = Number(process.env.KAMBDA_SEEDS ?? 2_000);
const first = Number(process.env.KAMBDA_SEED ?? 1);
const testMsMax = 600_000;

test(
  `C1, C2 and C3 hold in ${seeds} worlds of crashes, pauses, partitions, lost and late messages`,
  () => {
    const told: Told = { happenings: 0, ran: 0, answered: 0, epochs: 0 };
    for (let seed = first; seed < first + seeds; seed++) {
      const one = replayable(seed);
      for (const key of Object.keys(told) as (keyof Told)[]) told[key] += one[key];
    }
    // What goes wrong must not keep things from going on: requests run, and the seat changes hands.
    expect(told.ran).toBeGreaterThan(seeds * 10);
    expect(told.epochs).toBeGreaterThan(seeds);
  },
  testMsMax,
);

const mutants: [Mutation, RegExp, number][] = [
  ["environments obey older epochs", /C1: 5 unreserved run/, 2],
  ["forgets environments not heard of", /C1: 5 unreserved run/, 7],
  ["does not confirm its epoch", /C1: 5 unreserved run/, 114],
  ["recall revokes nothing", /C1: 5 unreserved run/, 921],
  ["permits come back when a link breaks", /C1: 5 unreserved run/, 1],
  ["environments start a grant twice", /C2: r75 runs a second time/, 3],
  ["waiting requests are forgotten by who steps down", /C3: requests without an answer/, 2],
];

test.each(mutants)("the simulation misses a safeguard: %s", (mutation, says, seed) => {
  expect(() => runWorld(seed, mutation)).toThrow(says);
  expect(() => runWorld(seed)).not.toThrow();
});

function replayable(seed: number): Told {
  try {
    return runWorld(seed);
  } catch (cause) {
    const command = `KAMBDA_SEED=${seed} KAMBDA_SEEDS=1 npm run unit -- test/sim/gateways`;
    throw new Error(`seed ${seed}: ${String(cause)}; replay it: ${command}`, { cause });
  }
}
