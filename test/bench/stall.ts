/**
 * Nobody stalls another (H3): small invocations of one namespace alone, while another sends bodies of megabytes, and, since those take
 * CPU wherever they pass, while another computes as much and sends next to nothing: what is more than that is the bodies'.
 */
import { gatewayOf, publicUrl } from "./gateways.ts";
import { load, type Measured } from "./load.ts";
import { untilPodsSettled } from "./pool.ts";
import { warm } from "./warming.ts";
import { applyFunctions, clear, kubectl, namespace, type World } from "./world.ts";

export interface Stall {
  alone: Measured;
  beside: Measured;
  large: Measured;
  /** Beside a neighbour who only computes. */
  besideBusy: Measured;
}

const neighbour = `${namespace}-large`;
const smallBytes = 1024;
/** With its event around it a body must stay within 6 MB; of text, for bytes would be a third more in it. */
const largeBytes = 5.9 * 1024 * 1024;
const seconds = 8;
/** What a large body takes of all processes it passes, about. */
const busyMs = 70;
const busySource = `export const handler = async () => {
  for (const startedMs = performance.now(); performance.now() - startedMs < ${busyMs}; );
  return { ok: true };
};
`;

export async function measureStall(world: World): Promise<Stall> {
  await removeNeighbour(world);
  await kubectl(world, ["create", "namespace", neighbour]);
  const [smallPath] = await applyFunctions(world, [{ name: "small" }]);
  // Of one size, for CPU is shared in proportion to it.
  const [largePath, busyPath] = await applyFunctions(
    world,
    [{ name: "large" }, { name: "busy", spec: { code: { inline: { "index.mjs": busySource } } } }],
    neighbour,
  );
  const gateway = await gatewayOf(world);
  const post = (path: string | undefined, bytes: number, connections: number) => ({
    url: publicUrl(gateway, path),
    method: "POST" as const,
    headers: { "content-type": "text/plain" },
    body: "x".repeat(bytes),
    connections,
    seconds,
  });
  const small = post(smallPath, smallBytes, 2);
  const large = post(largePath, largeBytes, 1);
  await warm(world, "small", small);
  const busy = post(busyPath, smallBytes, 1);
  for (const one of [large, busy]) await load({ ...one, seconds: 2 });
  await untilPodsSettled(world, [namespace, neighbour]);
  const alone = await load(small);
  const [measuredLarge, beside] = await Promise.all([load(large), load(small)]);
  const [, besideBusy] = await Promise.all([load(busy), load(small)]);
  await removeNeighbour(world);
  await clear(world);
  return { alone, beside, large: measuredLarge, besideBusy };
}

async function removeNeighbour(world: World): Promise<void> {
  await kubectl(world, ["delete", "namespace", neighbour, "--ignore-not-found", "--timeout=120s"]);
}
