/** The bench's pool: how many environments wait in it, and whether what is taken is put back while we measure. */
import values from "./values.json" with { type: "json" };
import { addressOf, kubectl, namespace, releaseNamespace, type World } from "./world.ts";

const metricsPort = 9090;
const readyMsMax = 120_000;
const pollMs = 200;
/** A pool that has not grown for so long has what it will have. */
const steadyMs = 3_000;
/** What the bench is installed with: enough that refill is paused for some claims at a time. */
export const poolSizeMin = values.settings.pools.sizeMin;
const operator = "app.kubernetes.io/component=operator";

/** Environments that wait to be claimed, by the placer's own count: they have dialled home and rehearsed. */
export async function poolSize(world: World, inNamespace = namespace): Promise<number> {
  const address = await addressOf(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const text = await (await fetch(`http://${address}:${metricsPort}/metrics`)).text();
  const found = text.match(
    new RegExp(`^kambda_pool_environments\\{namespace="${inNamespace}"\\} (\\d+)`, "m"),
  );
  return Number(found?.[1] ?? 0);
}

/** Waits until some wait there and no more come; answers how many. */
export async function untilPoolSteady(world: World, sizeMin = 1): Promise<number> {
  let size = 0;
  let sinceMs = performance.now();
  const startedMs = sinceMs;
  for (;;) {
    const now = await poolSize(world);
    if (now !== size) sinceMs = performance.now();
    size = now;
    if (size >= sizeMin && performance.now() - sinceMs >= steadyMs) return size;
    if (performance.now() - startedMs > readyMsMax)
      throw new Error(`${size} of ${sizeMin} environments wait in ${namespace} after ${readyMsMax} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** Without the operator nothing is put back. */
export async function pauseRefill(world: World): Promise<void> {
  await scaleOperator(world, 0);
  await kubectl(world, [
    "wait",
    "-n",
    releaseNamespace,
    "pod",
    "-l",
    operator,
    "--for=delete",
    "--timeout=60s",
  ]);
}

export async function resumeRefill(world: World): Promise<void> {
  await scaleOperator(world, 1);
  await kubectl(world, [
    "wait",
    "-n",
    releaseNamespace,
    "deployment",
    "-l",
    operator,
    "--for=condition=Available",
    "--timeout=240s",
  ]);
}

async function scaleOperator(world: World, replicas: number): Promise<void> {
  await kubectl(world, [
    "scale",
    "-n",
    releaseNamespace,
    "deployment",
    "-l",
    operator,
    `--replicas=${replicas}`,
  ]);
}
