/**
 * `npm run bench`: what Kambda costs on this cluster, beside the floors of the same run. Prints, and writes JSON. Words after the
 * file's arguments choose sections; `KAMBDA_BENCH_STARTS` is how many cold starts each pooled case has.
 */
import { writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { measureBeside, measureBurst } from "./burst.ts";
import { coldCases } from "./cases.ts";
import { type Cold, measureCold } from "./cold.ts";
import { measureCrowd } from "./crowd.ts";
import { measureFloors } from "./floors.ts";
import { measureMemory } from "./memory.ts";
import { isSection, type Results, type Section, sections } from "./results.ts";
import { measureStall } from "./stall.ts";
import { tableOf } from "./table.ts";
import { measureTables } from "./tables.ts";
import { measureWarm, type Warm } from "./warm.ts";
import { applyFunctions, begin, end, type World } from "./world.ts";

const concurrencies = [1, 16, 64];
const seconds = 5;
const coldStarts = Number(process.env.KAMBDA_BENCH_STARTS ?? 200);
const barePodStarts = 5;
const besideRounds = 10;
const functionsKnown = 10_000;

const [outputFile, homeAddress, image, ...words] = process.argv.slice(2);
if (outputFile === undefined || homeAddress === undefined || image === undefined) {
  throw new Error(
    "usage: bun test/bench/main.ts OUTPUT.json ADDRESS_PODS_CAN_REACH NODE_RUNTIME_IMAGE [SECTION…]",
  );
}
const unknown = words.find((word) => !isSection(word));
if (unknown !== undefined)
  throw new Error(`${unknown} is no part of the bench: ${sections.join(", ")} and path are`);
const chosen: readonly Section[] = words.length === 0 ? sections : words.filter(isSection);

const world: World = { env: {} };
await begin(world);
try {
  const results: Results = { machine: machine(), at: new Date().toISOString() };
  for (const section of chosen) {
    process.stderr.write(`${section}\n`);
    Object.assign(results, await measure(section));
    // What is measured so far outlives whatever breaks in the next section.
    await writeFile(outputFile, `${JSON.stringify(results, null, 2)}\n`);
  }
  process.stdout.write(tableOf(results));
} finally {
  await end(world);
}

async function measure(section: Section): Promise<Partial<Results>> {
  switch (section) {
    case "floors": {
      const options = { homeAddress: homeAddress ?? "", image: image ?? "", podStarts: barePodStarts };
      return { floors: await measureFloors(world, { ...options, concurrencies, seconds }) };
    }
    case "warm": {
      const [path] = await applyFunctions(world, [{ name: "warm" }]);
      const warm: Warm[] = [];
      for (const connections of concurrencies)
        warm.push(await measureWarm(world, path as string, "warm", connections, seconds));
      return { warm, memory: await measureMemory(world, "warm") };
    }
    case "cold": {
      const cold: Cold[] = [];
      for (const one of await coldCases(world, coldStarts)) cold.push(await measureCold(world, one));
      return { cold };
    }
    case "crowd":
      return { crowds: [await measureCrowd(world, 20, 500), await measureCrowd(world, 100, 200)] };
    case "stall":
      return { stall: await measureStall(world) };
    case "burst": {
      const bursts = [
        await measureBurst(world, 1),
        await measureBurst(world, 10),
        await measureBurst(world, 50),
      ];
      return { bursts, beside: await measureBeside(world, besideRounds, 20) };
    }
    case "tables":
      return { tables: measureTables(functionsKnown) };
  }
}

function machine(): Results["machine"] {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}
