/** More callers than a function may serve at once: what is past the cap must be a 429 at once, and cost the others nothing. */
import { load, type Measured } from "./load.ts";
import { addressOf, applyFunctions, releaseNamespace, type World } from "./world.ts";

export interface Crowd extends Measured {
  cap: number;
  connections: number;
  /** Answers of the function a second. */
  goodput: number;
  /** The most of it at no more callers than the cap. */
  peak: number;
}

const publicPort = 8080;
const seconds = 5;
/** A handler that takes its time without taking the node's: what is measured is the cap. */
const slow =
  "export const handler = () => new Promise((resolve) => setTimeout(resolve, 100, { ok: true }));\n";

export async function measureCrowd(world: World, cap: number, connections: number): Promise<Crowd> {
  const name = `crowd-${cap}`;
  const spec = { code: { inline: { "index.mjs": slow } }, reservedConcurrency: cap };
  const [path] = await applyFunctions(world, [{ name, spec }]);
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const options = {
    url: `http://${address}:${publicPort}${path}`,
    method: "GET",
    headers: {},
    seconds,
  } as const;
  // Environments for all that the cap allows first.
  await load({ ...options, connections: cap, seconds: 20 });
  const peak = goodputOf(await load({ ...options, connections: cap }));
  const measured = await load({ ...options, connections, countStatuses: true });
  return { ...measured, cap, connections, goodput: goodputOf(measured), peak };
}

const goodputOf = ({ requests, failed, seconds: took }: Measured) => (requests - failed) / took;
