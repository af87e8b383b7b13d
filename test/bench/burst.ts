/** Many functions that were never invoked, all asked at once: the pool serves some, the others need a pod each. */
import { askMs, gatewayOf, publicUrl } from "./gateways.ts";
import { type Percentiles, percentiles } from "./percentiles.ts";
import { untilPoolSettled, usualPool } from "./pool.ts";
import { alike, applyFunctions, clear, type World } from "./world.ts";

export interface Burst {
  /** Distinct functions asked at once. */
  functions: number;
  totalMs: Percentiles;
}

export async function measureBurst(world: World, functions: number): Promise<Burst> {
  const paths = await applyFunctions(world, alike(`burst-${functions}`, functions));
  await untilPoolSettled(world, usualPool.sizeMin);
  const gateway = await gatewayOf(world);
  const totals = await Promise.all(paths.map((path) => askMs(publicUrl(gateway, path))));
  process.stderr.write(`burst of ${functions}: answered\n`);
  await clear(world);
  return { functions, totalMs: percentiles(totals) };
}
