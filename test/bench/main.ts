/** `npm run bench`: what Kambda costs on this cluster, beside the floors of the same run. Prints, and writes JSON. */
import { writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { measureCold } from "./cold.ts";
import { measureFloors } from "./floors.ts";
import { measureMemory } from "./memory.ts";
import { type Results, tableOf } from "./table.ts";
import { measureWarm, type Warm } from "./warm.ts";
import { applyFunctions, begin, end, type World } from "./world.ts";

const concurrencies = [1, 16, 64];
const seconds = 5;
const coldStarts = { pool: 20, noPool: 10 };
const barePodStarts = 5;

const [outputFile, homeAddress, image] = process.argv.slice(2);
if (outputFile === undefined || homeAddress === undefined || image === undefined) {
  throw new Error("usage: bun test/bench/main.ts OUTPUT.json ADDRESS_PODS_CAN_REACH NODE_RUNTIME_IMAGE");
}
const world: World = { env: {} };
await begin(world);
try {
  const results = await measure(homeAddress, image);
  await writeFile(outputFile, `${JSON.stringify(results, null, 2)}\n`);
  process.stdout.write(tableOf(results));
} finally {
  await end(world);
}

async function measure(home: string, runtimeImage: string): Promise<Results> {
  const floors = await measureFloors(world, {
    homeAddress: home,
    image: runtimeImage,
    podStarts: barePodStarts,
    concurrencies,
    seconds,
  });
  const [path] = await applyFunctions(world, [{ name: "warm" }]);
  const warm: Warm[] = [];
  for (const connections of concurrencies)
    warm.push(await measureWarm(world, path as string, "warm", connections, seconds));
  const memory = await measureMemory(world, "warm");
  const cold = [
    await measureCold(world, "pool", coldStarts.pool),
    await measureCold(world, "noPool", coldStarts.noPool),
  ];
  return { machine: await machine(), at: new Date().toISOString(), warm, cold, memory, floors };
}

async function machine(): Promise<Results["machine"]> {
  const { release } = await import("node:os");
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}
