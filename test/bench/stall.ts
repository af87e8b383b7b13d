/** Nobody stalls another (H3): small invocations of one namespace alone, and while another sends bodies of megabytes. */
import { gatewayOf, publicUrl } from "./gateways.ts";
import { load, type Measured } from "./load.ts";
import { untilPodsSettled } from "./pool.ts";
import { warm } from "./warming.ts";
import { applyFunctions, clear, kubectl, namespace, type World } from "./world.ts";

export interface Stall {
  alone: Measured;
  beside: Measured;
  large: Measured;
}

const neighbour = `${namespace}-large`;
const smallBytes = 1024;
/** With its event around it a body must stay within 6 MB; of text, for bytes would be a third more in it. */
const largeBytes = 5.9 * 1024 * 1024;
const seconds = 8;

export async function measureStall(world: World): Promise<Stall> {
  await removeNeighbour(world);
  await kubectl(world, ["create", "namespace", neighbour]);
  const [smallPath] = await applyFunctions(world, [{ name: "small" }]);
  const [largePath] = await applyFunctions(world, [{ name: "large", spec: { memorySize: 512 } }], neighbour);
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
  await load({ ...large, seconds: 2 });
  await untilPodsSettled(world, [namespace, neighbour]);
  const alone = await load(small);
  const [measuredLarge, beside] = await Promise.all([load(large), load(small)]);
  await removeNeighbour(world);
  await clear(world);
  return { alone, beside, large: measuredLarge };
}

async function removeNeighbour(world: World): Promise<void> {
  await kubectl(world, ["delete", "namespace", neighbour, "--ignore-not-found", "--timeout=120s"]);
}
