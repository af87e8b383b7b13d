/**
 * `npm run bench -- path`: what an invocation costs on its way, without a cluster, in seconds: for working on the hot path. Prints
 * milliseconds of CPU in each process an invocation. Compare two checkouts by runs that alternate; the numbers of one run alone say little.
 */
import { load } from "../load.ts";
import { figuresOf } from "../world.ts";
import { startPathWorld } from "./world.ts";

const environments = Number(process.env.BENCH_ENVIRONMENTS ?? 8);
const seconds = Number(process.env.BENCH_SECONDS ?? 3);
const concurrencies = (process.env.BENCH_CONNECTIONS ?? "1,16,64").split(",").map(Number);

await using world = await startPathWorld(environments);
await load({ url: world.url, method: "GET", headers: {}, connections: 16, seconds: 3 });
for (const connections of concurrencies) {
  const before = await cpu();
  const startedMs = performance.now();
  const measured = await load({ url: world.url, method: "GET", headers: {}, connections, seconds });
  const after = await cpu();
  const invocations = measured.requests * (1 + 1 / seconds);
  const each = (ms: number) => (ms / invocations).toFixed(3);
  process.stdout.write(
    `c=${connections} p50 ${measured.p50Ms.toFixed(2)} p99 ${measured.p99Ms.toFixed(2)} rps ${Math.round(measured.rps)} failed ${measured.failed} | CPU ms: gateway ${each(after.gateway - before.gateway)} supervisors ${each(after.supervisors - before.supervisors)} runtimes ${each(after.runtimes - before.runtimes)} (wall ${Math.round(performance.now() - startedMs)})\n`,
  );
}

async function cpu() {
  const runtimes = (await Promise.all(world.supervisorPids.map(childrenOf))).flat();
  return {
    gateway: await cpuOf([world.gatewayPid]),
    supervisors: await cpuOf(world.supervisorPids),
    runtimes: await cpuOf(runtimes),
  };
}

async function cpuOf(pids: number[]): Promise<number> {
  const figures = await Promise.all(pids.map(figuresOf));
  return figures.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await Bun.file(`/proc/${pid}/task/${pid}/children`).text();
  return text.trim().split(" ").filter((one) => one !== "").map(Number);
}
