/** Measures one part of the bench: every part finds the installation as it was installed, and leaves it so. */
import { measureBeside } from "./beside.ts";
import { measureBurst } from "./burst.ts";
import { measureColdCases } from "./cases.ts";
import { measureCrash } from "./crash.ts";
import { measureCrowd } from "./crowd.ts";
import { measureFloors } from "./floors.ts";
import { scaleGateways } from "./gateways.ts";
import { measureIdle } from "./idle.ts";
import { measureMemory } from "./memory.ts";
import { resumeRefill, setPool, usualPool } from "./pool.ts";
import { measureReplicas } from "./replicas.ts";
import type { Results, Section } from "./results.ts";
import { measureStall } from "./stall.ts";
import { measureTables } from "./tables.ts";
import { measureWarm, type Warm } from "./warm.ts";
import { applyFunctions, clear, type World } from "./world.ts";

const concurrencies = [1, 16, 64];
const seconds = 5;
const coldStarts = Number(process.env.KAMBDA_BENCH_STARTS ?? 200);
const barePodStarts = 10;
const besideRounds = 10;
const besideCallers = 20;
const crashRounds = 3;
const functionsKnown = 10_000;

export interface SectionOptions {
  /** An address of this machine that pods can reach. */
  homeAddress: string;
  /** The Node.js runtime's. */
  image: string;
}

export async function measureSection(
  world: World,
  section: Section,
  options: SectionOptions,
): Promise<Partial<Results>> {
  await restore(world);
  try {
    return await measure(world, section, options);
  } finally {
    await restore(world);
  }
}

/** A part or a run that broke may have left the operator stopped, another pool, or a gateway too many. */
export async function restore(world: World): Promise<void> {
  await resumeRefill(world);
  await setPool(world, usualPool);
  await scaleGateways(world, 1);
}

async function measure(world: World, section: Section, options: SectionOptions): Promise<Partial<Results>> {
  switch (section) {
    case "tables":
      return { tables: await measureTables(functionsKnown) };
    case "floors": {
      const floors = { ...options, podStarts: barePodStarts, concurrencies, seconds };
      return { floors: await measureFloors(world, floors) };
    }
    case "warm": {
      const [path] = await applyFunctions(world, [{ name: "warm" }]);
      const warm: Warm[] = [];
      for (const connections of concurrencies)
        warm.push(await measureWarm(world, path, "warm", connections, seconds));
      const memory = await measureMemory(world, "warm");
      await clear(world);
      return { warm, memory };
    }
    case "replicas":
      return { replicas: await measureReplicas(world, 16, seconds) };
    case "cold":
      return { cold: await measureColdCases(world, coldStarts) };
    case "stall":
      return { stall: await measureStall(world) };
    case "burst": {
      const bursts = [await measureBurst(world, 10), await measureBurst(world, 50)];
      return { bursts, beside: await measureBeside(world, besideRounds, besideCallers) };
    }
    case "crowd":
      return { crowds: [await measureCrowd(world, 20, 500), await measureCrowd(world, 100, 200)] };
    case "crash":
      return { crashes: await measureCrash(world, crashRounds) };
    case "idle":
      return { idle: await measureIdle(world) };
  }
}
