/**
 * Cold starts: functions that were never invoked, each asked once, one after the other. They come in groups, for a node holds only so
 * many environments: a group's functions are made while the pool fills, and are asked when it is full and has settled.
 */
import { askMs, gatewayOf, metricsOf, publicUrl } from "./gateways.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { type Phases, parsePhases, subtractPhases } from "./phases.ts";
import { type PoolSettings, pauseRefill, resumeRefill, setPool, untilPoolSettled } from "./pool.ts";
import { alike, applyFunctions, type BenchFunction, clear, removeFunctions, type World } from "./world.ts";

export interface ColdCase {
  name: string;
  /** What is aimed at depends on it. */
  kind: "pooled" | "large" | "restarted" | "unpooled";
  starts: number;
  /** Of each function, beside its name. */
  spec: Record<string, unknown>;
  /** Where the environments come from: a pool that nobody refills meanwhile, one that is refilled, or a pod made for each. */
  from: "paused" | "refilled" | "pod";
}

export interface Cold extends Pick<ColdCase, "name" | "kind" | "starts"> {
  /** Request sent to answer read, at the client. */
  totalMs: Percentiles;
  /** Each, in the order they were asked. */
  eachMs: number[];
  /** Means over the run, as gateway and environment measured them. */
  phasesMs: Phases;
  /** Claims that found the pool empty: these were pods made for a request. */
  missed: number;
  /** What the case took with all that it had to wait for. */
  tookSeconds: number;
}

interface Manner {
  /** For so many starts. */
  pool: (starts: number) => PoolSettings;
  /** Between two starts, for the last one's traces to be gone. */
  spacingMs: number;
}

/** A paused pool has an environment for each of a group. A refilled one is taken from about as fast as a node of two CPUs puts back. */
const groupMax = 40;
const manners: Record<ColdCase["from"], Manner> = {
  paused: {
    pool: (starts) => ({
      sizeMin: Math.min(groupMax, starts),
      sizeMaxPerNamespace: groupMax,
      startingMax: 4,
    }),
    spacingMs: 300,
  },
  refilled: { pool: (starts) => ({ sizeMin: Math.min(10, starts) }), spacingMs: 600 },
  pod: { pool: () => ({ sizeMin: 0 }), spacingMs: 1_000 },
};

export async function measureCold(world: World, one: ColdCase): Promise<Cold> {
  const { name, kind, starts, spec, from } = one;
  const { spacingMs, ...manner } = manners[from];
  const pool = manner.pool(starts);
  const startedMs = performance.now();
  const functions = alike(name.replaceAll(/[^a-z0-9]+/g, "-"), starts, spec);
  await setPool(world, pool);
  const gateway = await gatewayOf(world);
  const before = await metricsOf(gateway);
  const eachMs: number[] = [];
  let asked: BenchFunction[] = [];
  while (eachMs.length < starts) {
    const group = functions.slice(eachMs.length, eachMs.length + groupMax);
    const paths = await applyFunctions(world, group);
    // Only now: a shape that no function has loses its pool.
    await removeFunctions(world, asked);
    await untilPoolSettled(world, pool.sizeMin);
    if (from === "paused") await pauseRefill(world);
    for (const path of paths) {
      await new Promise((resolve) => setTimeout(resolve, spacingMs));
      eachMs.push(await askMs(publicUrl(gateway, path)));
    }
    if (from === "paused") await resumeRefill(world);
    asked = group;
    process.stderr.write(`${name}: ${eachMs.length} of ${starts}\n`);
  }
  const after = await metricsOf(gateway);
  await clear(world);
  return {
    name,
    kind,
    starts,
    totalMs: percentiles(eachMs),
    eachMs: eachMs.map((ms) => Math.round(ms * 100) / 100),
    phasesMs: subtractPhases(parsePhases(after), parsePhases(before)),
    missed: missesIn(after) - missesIn(before),
    tookSeconds: (performance.now() - startedMs) / 1000,
  };
}

/** Summed over namespaces: nobody else's functions start meanwhile. */
function missesIn(metrics: string): number {
  const samples = metrics.matchAll(/^kambda_pool_misses_total(?:\{[^}]*\})? (\d+)/gm);
  return [...samples].reduce((sum, [, count]) => sum + Number(count), 0);
}
