/** Nobody stalls another (H3): small invocations of one namespace alone, and while another sends bodies of 6 MB. */
import { load, type Measured } from "./load.ts";
import { addressOf, applyFunctions, kubectl, namespace, releaseNamespace, type World } from "./world.ts";

export interface Stall {
  alone: Measured;
  beside: Measured;
  large: Measured;
}

const publicPort = 8080;
const neighbour = `${namespace}-large`;
const smallBytes = 1024;
/** With its event around it a body in base64 must stay within 6 MB. */
const largeBytes = 4 * 1024 * 1024;
const seconds = 8;

export async function measureStall(world: World): Promise<Stall> {
  await kubectl(world, ["delete", "namespace", neighbour, "--ignore-not-found", "--timeout=120s"]);
  await kubectl(world, ["create", "namespace", neighbour]);
  const [smallPath] = await applyFunctions(world, [{ name: "small" }]);
  const [largePath] = await applyFunctions(world, [{ name: "large", spec: { memorySize: 512 } }], neighbour);
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const post = (path: string | undefined, bytes: number, connections: number) => ({
    url: `http://${address}:${publicPort}${path}`,
    method: "POST" as const,
    headers: { "content-type": "application/octet-stream" },
    body: "x".repeat(bytes),
    connections,
    seconds,
  });
  const small = post(smallPath, smallBytes, 2);
  await load(small);
  const alone = await load(small);
  const [large, beside] = await Promise.all([load(post(largePath, largeBytes, 1)), load(small)]);
  await kubectl(world, ["delete", "namespace", neighbour, "--wait=false"]);
  return { alone, beside, large };
}
