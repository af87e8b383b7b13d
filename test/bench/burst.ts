/** Many functions that were never invoked, all asked at once; and one of them while another's own crowd starts. */
import { type Percentiles, percentiles } from "./percentiles.ts";
import { untilPoolSteady } from "./pool.ts";
import { addressOf, applyFunctions, kubectl, namespace, releaseNamespace, type World } from "./world.ts";

export interface Burst {
  /** Distinct functions asked at once. */
  functions: number;
  totalMs: Percentiles;
}

export interface Beside {
  /** One cold start of a function while nobody else asks; and while another function has this many callers at once. */
  aloneMs: Percentiles;
  besideMs: Percentiles;
  callers: number;
}

const publicPort = 8080;

export async function measureBurst(world: World, functions: number): Promise<Burst> {
  const { ask, names } = await never(world, `burst-${functions}`, functions);
  await untilPoolSteady(world);
  const totals = await Promise.all(names.map((_, index) => ask(index)));
  await remove(world, names);
  return { functions, totalMs: percentiles(totals) };
}

export async function measureBeside(world: World, rounds: number, callers: number): Promise<Beside> {
  const { ask, names } = await never(world, "beside", rounds * 3);
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await untilPoolSteady(world, 2);
    alone.push(await ask(round * 3));
    await untilPoolSteady(world, 2);
    const crowd = Array.from({ length: callers }, () => ask(round * 3 + 1));
    beside.push(await ask(round * 3 + 2));
    await Promise.all(crowd);
  }
  await remove(world, names);
  return { aloneMs: percentiles(alone), besideMs: percentiles(beside), callers };
}

async function never(world: World, name: string, count: number) {
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const paths = await applyFunctions(
    world,
    names.map((one) => ({ name: one, spec: { environment: { variables: { NAME: one } } } })),
  );
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const ask = async (index: number) => {
    const startedMs = performance.now();
    const response = await fetch(`http://${address}:${publicPort}${paths[index]}`);
    const answer = await response.text();
    if (!response.ok) throw new Error(`a cold start answered ${response.status}: ${answer}`);
    return performance.now() - startedMs;
  };
  return { names, ask };
}

async function remove(world: World, names: string[]): Promise<void> {
  const objects = names.map((one) => `function.kambda.dev/${one}`);
  await kubectl(world, ["delete", "-n", namespace, ...objects, "--timeout=180s"]);
}
