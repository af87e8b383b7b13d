/** One cold start while nobody else asks, and one while another function has a crowd of first callers: who bursts must not starve others. */
import { askMs, gatewayOf, publicUrl } from "./gateways.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { untilPoolSettled, usualPool } from "./pool.ts";
import { alike, applyFunctions, type BenchFunction, clear, removeFunctions, type World } from "./world.ts";

export interface Beside {
  aloneMs: Percentiles;
  besideMs: Percentiles;
  /** Of the other function, all at once. */
  callers: number;
}

/** A round asks so long after the crowd: at once, while those that wait in the pool start, and while pods are made. */
const afterMs = [0, 50, 100, 200, 400];

export async function measureBeside(world: World, rounds: number, callers: number): Promise<Beside> {
  const alone: number[] = [];
  const beside: number[] = [];
  let asked: BenchFunction[] = [];
  for (let round = 0; round < rounds; round++) {
    const three = alike(`beside-${round}`, 3);
    const paths = await applyFunctions(world, three);
    await removeFunctions(world, asked);
    asked = three;
    const gateway = await gatewayOf(world);
    const ask = (index: number) => askMs(publicUrl(gateway, paths[index]));
    await untilPoolSettled(world, usualPool.sizeMin);
    alone.push(await ask(0));
    await untilPoolSettled(world, usualPool.sizeMin, "beside others");
    const crowd = Promise.all(Array.from({ length: callers }, () => ask(1)));
    await new Promise((resolve) => setTimeout(resolve, afterMs[round % afterMs.length]));
    beside.push(await ask(2));
    await crowd;
    process.stderr.write(`a cold start beside a crowd: ${round + 1} of ${rounds}\n`);
  }
  await clear(world);
  return { aloneMs: percentiles(alone), besideMs: percentiles(beside), callers };
}
