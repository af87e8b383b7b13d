/**
 * `npm run bench`: what Kambda costs on this cluster, beside the floors of the same run. Prints, and writes JSON. Words after the
 * file's arguments choose sections; `KAMBDA_BENCH_STARTS` is how many cold starts each pooled case has.
 */
import { writeFile } from "node:fs/promises";
import { cpus, release, totalmem } from "node:os";
import { aimsOf } from "./aims.ts";
import { isSection, type Results, type Section, sections } from "./results.ts";
import { measureSection, restore } from "./section.ts";
import { tableOf } from "./table.ts";
import { begin, end, type World } from "./world.ts";

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

/** As shells say that a signal ended it. */
const signalled = 130;

const world: World = { env: {} };
const results: Results = { machine: machine(), at: new Date().toISOString(), tookSeconds: {}, failed: {} };
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void restore(world).finally(() => process.exit(signalled)));
await begin(world);
try {
  for (const section of chosen) {
    process.stderr.write(`${section}\n`);
    const startedMs = performance.now();
    try {
      Object.assign(results, await measureSection(world, section, { homeAddress, image }));
    } catch (error) {
      // Told at the end, and the run fails; the other parts' figures are worth having all the same.
      results.failed[section] = error instanceof Error ? error.message : String(error);
      process.stderr.write(`${section} broke: ${results.failed[section]}\n`);
    }
    results.tookSeconds[section] = Math.round((performance.now() - startedMs) / 1000);
    await writeFile(outputFile, `${JSON.stringify({ ...results, aims: aimsOf(results) }, null, 2)}\n`);
    if (results.failed[section] !== undefined) await begin(world);
  }
} finally {
  await end(world);
}
process.stdout.write(tableOf(results));
process.exitCode = Object.keys(results.failed).length === 0 ? 0 : 1;

function machine(): Results["machine"] {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
  };
}
