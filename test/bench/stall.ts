/**
 * Nobody stalls another (H3): small invocations of one namespace alone, and while another sends bodies of megabytes. Those take CPU
 * wherever they pass, so also beside a neighbour who only computes: what is more than that is the bodies'. The small ones come at a
 * steady pace, which leaves processors for others, and as fast as they are answered, which leaves none.
 */
import { gatewayOf, publicUrl } from "./gateways.ts";
import { type Load, load, type Measured } from "./load.ts";
import { untilPodsSettled } from "./pool.ts";
import { warm } from "./warming.ts";
import { applyFunctions, clear, kubectl, namespace, type World } from "./world.ts";

export const paces = ["steady", "unbroken"] as const;
export type Pace = (typeof paces)[number];

/** What small invocations take at one pace, and what the large ones beside them. */
export interface Stall {
  pace: Pace;
  alone: Measured;
  besideLarge: Measured;
  besideBusy: Measured;
  large: Measured;
}

const neighbour = `${namespace}-large`;
const smallBytes = 1024;
/** With its event around it a body must stay within 6 MB; of text, for bytes would be a third more in it. */
const largeBytes = 5.9 * 1024 * 1024;
const seconds = 8;
const connections = 2;
/** After each answer: about a hundred a second. */
const pauseMs: Record<Pace, number> = { steady: 20, unbroken: 0 };
/** What a large body takes of all processes it passes, about. */
const busyMs = 70;
const busySource = `export const handler = async () => {
  for (const startedMs = performance.now(); performance.now() - startedMs < ${busyMs}; );
  return { ok: true };
};
`;

export async function measureStall(world: World): Promise<Stall[]> {
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
  const post = (path: string | undefined, bytes: number): Load => ({
    url: publicUrl(gateway, path),
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "x".repeat(bytes),
    connections: 1,
    seconds,
  });
  const small = { ...post(smallPath, smallBytes), connections };
  const large = post(largePath, largeBytes);
  const busy = post(busyPath, smallBytes);
  await warm(world, "small", small);
  for (const one of [large, busy]) await load({ ...one, seconds: 2 });
  await untilPodsSettled(world, [namespace, neighbour]);
  const measured: Stall[] = [];
  for (const pace of paces) {
    const paced = { ...small, pauseMs: pauseMs[pace] };
    const alone = await load(paced);
    const [besideLarge, measuredLarge] = await Promise.all([load(paced), load(large)]);
    const [besideBusy] = await Promise.all([load(paced), load(busy)]);
    measured.push({ pace, alone, besideLarge, besideBusy, large: measuredLarge });
  }
  await removeNeighbour(world);
  await clear(world);
  return measured;
}

async function removeNeighbour(world: World): Promise<void> {
  await kubectl(world, ["delete", "namespace", neighbour, "--ignore-not-found", "--timeout=120s"]);
}
