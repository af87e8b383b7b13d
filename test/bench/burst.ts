/** Many functions that were never invoked, all asked at once: the pool serves some, the others need a pod each. */
import { type Answer, ask, gatewayOf, publicUrl } from "./gateways.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { untilPoolSettled, usualPool } from "./pool.ts";
import { alike, applyFunctions, clear, type World } from "./world.ts";

export interface Burst {
  /** Distinct functions asked at once. */
  functions: number;
  /** Of the good answers. */
  totalMs: Percentiles;
  /** What the others said: a node that is short of CPU may not start so many within the time a request may wait. */
  failed: string[];
}

export async function measureBurst(world: World, functions: number): Promise<Burst> {
  const paths = await applyFunctions(world, alike(`burst-${functions}`, functions));
  await untilPoolSettled(world, usualPool.sizeMin);
  const gateway = await gatewayOf(world);
  const answers = await Promise.all(paths.map((path) => ask(publicUrl(gateway, path))));
  process.stderr.write(`burst of ${functions}: answered\n`);
  await clear(world);
  const isGood = ({ status }: Answer) => status === 200;
  return {
    functions,
    totalMs: percentiles(answers.filter(isGood).map(({ ms }) => ms)),
    failed: answers.filter((answer) => !isGood(answer)).map(({ status, text }) => `${status} ${text}`),
  };
}
