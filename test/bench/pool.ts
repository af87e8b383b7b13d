/** The bench's pools: how many environments wait in them, how many shall, and whether what is taken is put back while we measure. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { releaseNamespace } from "../../start/names.ts";
import { type Gateway, gatewayOf, metricsOf } from "./gateways.ts";
import values from "./values.json" with { type: "json" };
import { environments, kubectl, namespace, type Pod, pods, type World } from "./world.ts";

/** `settings.pools` of the installation. */
export interface PoolSettings {
  sizeMin: number;
  sizeMaxPerNamespace?: number;
  /** Pods that start at once. */
  startingMax?: number;
}

/** What the bench is installed with. */
export const usualPool: PoolSettings = values.settings.pools;

const operator = "app.kubernetes.io/component=operator";
const settingsMap = "kambda-settings";
const settingsKey = "settings.json";
const readyMsMax = 180_000;
const pollMs = 500;
/** So long nothing may come or go before a pool counts as settled: its environments wait, as they do in life. */
const settledMs = 3_000;

const mapSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  data: z.object({ [settingsKey]: z.string() }),
});
const settingsSchema = z.looseObject({ pools: z.unknown() });

/**
 * Pools are the operator's alone, so only it is started anew; nothing happens when they are set so already. In Helm's own name, who
 * would otherwise refuse to upgrade what another has changed.
 */
export async function setPool(world: World, pools: PoolSettings): Promise<void> {
  const found = await kubectl(world, ["get", "configmap", settingsMap, "-n", releaseNamespace, "-o", "json"]);
  const map = mapSchema.parse(JSON.parse(found));
  const settings = settingsSchema.parse(JSON.parse(map.data[settingsKey]));
  if (isDeepStrictEqual(settings.pools, pools)) return;
  const changed = { ...map, data: { [settingsKey]: JSON.stringify({ ...settings, pools }) } };
  const words = ["apply", "--server-side", "--force-conflicts", "--field-manager=helm", "-f", "-"];
  await kubectl(world, words, JSON.stringify(changed));
  await pauseRefill(world);
  await resumeRefill(world);
}

/**
 * Waits until `size` environments wait and that has been so for a while, with nothing coming or going; `alone`: and those that served
 * before are gone.
 */
export async function untilPoolSettled(
  world: World,
  size: number,
  company: "alone" | "beside others" = "alone",
): Promise<void> {
  const gateway = await gatewayOf(world);
  const startedMs = performance.now();
  let sinceMs = startedMs;
  let before = "";
  for (;;) {
    const waiting = await poolSize(gateway);
    const there = await pods(world, namespace, environments);
    const counted = company === "alone" ? there : there.filter(isOfPool);
    const seen = `${waiting} in the pool, pods ${there
      .map(({ name }) => name)
      .toSorted()
      .join(" ")}`;
    const nowMs = performance.now();
    if (seen !== before) sinceMs = nowMs;
    before = seen;
    if (waiting >= size && counted.length === waiting && nowMs - sinceMs >= settledMs) return;
    if (nowMs - startedMs > readyMsMax)
      throw new Error(`a pool of ${size} has not settled in ${readyMsMax} ms: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

export function isOfPool({ labels }: Pod): boolean {
  return labels["kambda.dev/claim"] === "pool";
}

/** Environments that wait to be claimed, by the placer's own count: they have dialled home and rehearsed. */
async function poolSize(gateway: Gateway): Promise<number> {
  const text = await metricsOf(gateway);
  const found = text.match(new RegExp(`^kambda_pool_environments\\{namespace="${namespace}"\\} (\\d+)`, "m"));
  return Number(found?.[1] ?? 0);
}

/** Without the operator nothing is put back. */
export async function pauseRefill(world: World): Promise<void> {
  await scaleOperator(world, 0);
  await kubectl(world, [
    ...["wait", "-n", releaseNamespace, "pod", "-l", operator],
    ...["--for=delete", "--timeout=60s"],
  ]);
}

/** Does not wait: the pool being full again tells that it runs. */
export function resumeRefill(world: World): Promise<void> {
  return scaleOperator(world, 1);
}

async function scaleOperator(world: World, replicas: number): Promise<void> {
  const words = ["scale", "-n", releaseNamespace, "deployment", "-l", operator, `--replicas=${replicas}`];
  await kubectl(world, words);
}

/** Waits until no environment of these namespaces has come or gone for a while, those of pools included. */
export async function untilPodsSettled(world: World, namespaces: readonly string[]): Promise<void> {
  const startedMs = performance.now();
  let sinceMs = startedMs;
  let before = "";
  for (;;) {
    const there = await Promise.all(namespaces.map((one) => pods(world, one, environments)));
    const seen = there
      .flat()
      .map(({ name }) => name)
      .toSorted()
      .join(" ");
    const nowMs = performance.now();
    if (seen !== before) sinceMs = nowMs;
    before = seen;
    if (nowMs - sinceMs >= settledMs) return;
    if (nowMs - startedMs > readyMsMax)
      throw new Error(`pods still come and go after ${readyMsMax} ms: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
