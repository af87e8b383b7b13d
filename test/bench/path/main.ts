/**
 * `npm run bench -- path`: what an invocation costs on its way, without a cluster, in seconds: for working on the hot path. Prints
 * milliseconds of CPU an invocation takes in each kind of process: the least of several short runs, for whatever else the machine
 * does only adds to it. Compare two checkouts by runs that alternate.
 */
import { load, type Measured } from "../load.ts";
import { figuresOf } from "../processes.ts";
import { childrenOf, startPathWorld } from "./world.ts";

const numberOf = (name: string, byDefault: number) => Number(process.env[`BENCH_${name}`] ?? byDefault);
const environments = numberOf("ENVIRONMENTS", 4);
const warmUpSeconds = numberOf("WARM_UP_SECONDS", 3);
const runs = numberOf("RUNS", 4);
const concurrencies = (process.env.BENCH_CONNECTIONS ?? "1,4,16,64").split(",").map(Number);

interface Run extends Measured {
  cpuMs: { gateway: number; supervisors: number; runtimes: number };
}

await using world = await startPathWorld(environments);
// Engines compile what runs often: the first thousand invocations of an environment cost several times the later ones.
await load({ ...request(environments), seconds: warmUpSeconds });
for (const connections of concurrencies) {
  const made: Run[] = [];
  await load(request(connections));
  for (let run = 0; run < runs; run++) made.push(await measure(connections));
  const least = (read: (run: Run) => number) => Math.min(...made.map(read)).toFixed(3);
  const parts = [
    `c=${connections}`,
    `p50 ${least(({ p50Ms }) => p50Ms)}`,
    `p99 ${least(({ p99Ms }) => p99Ms)}`,
    `rps ${Math.round(Math.max(...made.map(({ rps }) => rps)))}`,
    `failed ${made.reduce((sum, { failed }) => sum + failed, 0)}`,
    `| CPU ms: gateway ${least(({ cpuMs }) => cpuMs.gateway)}`,
    `supervisors ${least(({ cpuMs }) => cpuMs.supervisors)}`,
    `runtimes ${least(({ cpuMs }) => cpuMs.runtimes)}`,
  ];
  process.stdout.write(`${parts.join(" ")}\n`);
}

function request(connections: number) {
  return { url: world.url, method: "GET", headers: {}, connections, seconds: 1 } as const;
}

async function measure(connections: number): Promise<Run> {
  const before = await cpu();
  const measured = await load(request(connections));
  const after = await cpu();
  const each = (read: (at: typeof before) => number) => (read(after) - read(before)) / measured.requests;
  return {
    ...measured,
    cpuMs: {
      gateway: each(({ gateway }) => gateway),
      supervisors: each(({ supervisors }) => supervisors),
      runtimes: each(({ runtimes }) => runtimes),
    },
  };
}

async function cpu() {
  return {
    gateway: await cpuOf([world.gatewayPid]),
    supervisors: await cpuOf(world.supervisorPids),
    runtimes: await cpuOf(world.supervisorPids.flatMap(childrenOf)),
  };
}

async function cpuOf(pids: number[]): Promise<number> {
  const figures = await Promise.all(pids.map(figuresOf));
  return figures.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
