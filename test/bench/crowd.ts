/** More callers than a function may serve at once: what is past the cap must be a 429 at once, and cost the others nothing. */
import { gatewayOf, publicUrl } from "./gateways.ts";
import { load, type Measured } from "./load.ts";
import { warm } from "./warming.ts";
import { applyFunctions, clear, type World } from "./world.ts";

export interface Crowd extends Measured {
  cap: number;
  connections: number;
  /** Of the function, when the crowd came. */
  environments: number;
  /** Answers of the function a second. */
  goodput: number;
  /** The most of it at no more callers than the cap. */
  peak: number;
  /** Answers that were neither the function's nor a 429, and requests without one. */
  others: number;
}

const seconds = 10;
/** A handler that takes its time without taking the node's: what is measured is the cap. */
const slow =
  "export const handler = () => new Promise((resolve) => setTimeout(resolve, 500, { ok: true }));\n";
/** The smallest: a node of 24 GB holds a hundred. */
const memorySize = 128;

export async function measureCrowd(world: World, cap: number, connections: number): Promise<Crowd> {
  const name = `crowd-${cap}`;
  const spec = { code: { inline: { "index.mjs": slow } }, reservedConcurrency: cap, memorySize };
  const [path] = await applyFunctions(world, [{ name, spec }]);
  const url = publicUrl(await gatewayOf(world), path);
  const options = { url, method: "GET", headers: {}, seconds } as const;
  const environments = await warm(world, name, { ...options, connections: cap }, cap);
  const peak = goodputOf(await load({ ...options, connections: cap }));
  const measured = await load({ ...options, connections, countStatuses: true });
  await clear(world);
  const { 200: good = 0, 429: _, ...rest } = measured.statuses;
  const others = Object.values(rest).reduce((sum, count) => sum + count, measured.unanswered);
  return { ...measured, cap, connections, environments, goodput: good / measured.seconds, peak, others };
}

const goodputOf = ({ requests, failed, seconds: took }: Measured) => (requests - failed) / took;
