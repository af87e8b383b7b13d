/** The bench's own corner of the cluster: a namespace, its functions, and the pods that serve them. */
import { z } from "zod";
import { run } from "../../program/run.ts";

export const namespace = "kambda-bench";
export const environments = "kambda.dev/component=environment";

export interface World {
  env: Record<string, string>;
}

export function kubectl({ env }: World, words: string[], input?: string): Promise<string> {
  return run("kubectl", words, { env, ...(input === undefined ? {} : { input }) }).then(
    ({ stdout }) => stdout,
  );
}

export async function begin(world: World): Promise<void> {
  await end(world);
  await kubectl(world, ["create", "namespace", namespace]);
}

export async function end(world: World): Promise<void> {
  await kubectl(world, ["delete", "namespace", namespace, "--ignore-not-found", "--timeout=240s"]);
}

export interface BenchFunction {
  name: string;
  spec?: Record<string, unknown>;
}

/** The handler that everything is measured with: it does nothing, so that what is left is ours. */
export const handlerSource = "export const handler = async () => ({ ok: true });\n";

/** Applies functions and waits until all are Active; answers their URL paths (`/<url-id>/`), in their order. */
export async function applyFunctions(
  world: World,
  functions: BenchFunction[],
  inNamespace = namespace,
): Promise<string[]> {
  const items = functions.map(({ name, spec }) => ({
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Function",
    metadata: { name, namespace: inNamespace },
    spec: {
      runtime: "nodejs24.x",
      handler: "index.handler",
      memorySize: 256,
      timeout: 30,
      code: { inline: { "index.mjs": handlerSource } },
      url: { authType: "NONE" },
      ...spec,
    },
  }));
  await kubectl(world, ["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const names = functions.map(({ name }) => `function.kambda.dev/${name}`);
  await kubectl(world, [
    "wait",
    "-n",
    inNamespace,
    ...names,
    "--for=jsonpath={.status.state}=Active",
    "--timeout=180s",
  ]);
  const urls = await kubectl(world, [
    "get",
    "-n",
    inNamespace,
    ...names,
    "-o",
    "jsonpath={range .items[*]}{.status.urlId}{'\\n'}{end}{.status.urlId}",
  ]);
  return urls
    .trim()
    .split("\n")
    .map((id) => `/${id}/`);
}

/** Functions of one group differ in a variable only, so that all share one shape. */
export function alike(name: string, count: number, spec: Record<string, unknown> = {}): BenchFunction[] {
  return Array.from({ length: count }, (_, index) => {
    const one = `${name}-${index}`;
    return { name: one, spec: { environment: { variables: { NAME: one } }, ...spec } };
  });
}

/** Their environments leave by themselves afterwards. */
export async function removeFunctions(world: World, functions: BenchFunction[]): Promise<void> {
  if (functions.length === 0) return;
  const objects = functions.map(({ name }) => `function.kambda.dev/${name}`);
  await kubectl(world, ["delete", "-n", namespace, ...objects, "--timeout=180s"]);
}

const goneMsMax = 180_000;
const pollMs = 300;

/** Nothing that one part started may take CPU from the next. */
export async function clear(world: World): Promise<void> {
  await kubectl(world, ["delete", "functions.kambda.dev", "--all", "-n", namespace, "--timeout=180s"]);
  await kubectl(world, ["delete", "pods", "--all", "-n", namespace, "--wait=false"]);
  const startedMs = performance.now();
  for (;;) {
    const left = await kubectl(world, ["get", "pods", "-n", namespace, "-o", "name"]);
    if (left.trim() === "") return;
    if (performance.now() - startedMs > goneMsMax)
      throw new Error(`pods stay after their functions were deleted: ${left.trim()}`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const podSchema = z
  .object({
    metadata: z.object({
      name: z.string(),
      uid: z.string(),
      labels: z.record(z.string(), z.string()).default({}),
      deletionTimestamp: z.string().optional(),
    }),
    spec: z.object({ containers: z.array(z.object({ image: z.string() })) }),
    status: z.object({
      podIP: z.string().optional(),
      phase: z.string(),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    }),
  })
  .transform(({ metadata, spec, status }) => ({
    name: metadata.name,
    uid: metadata.uid,
    labels: metadata.labels,
    image: spec.containers[0]?.image ?? "",
    address: status.podIP,
    isLeaving: metadata.deletionTimestamp !== undefined,
    isRunning: status.phase === "Running" && metadata.deletionTimestamp === undefined,
    isReady: status.conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
  }));
export type Pod = z.infer<typeof podSchema>;

export async function pods(world: World, inNamespace: string, selector: string): Promise<Pod[]> {
  const listed = await kubectl(world, ["get", "pods", "-n", inNamespace, "-l", selector, "-o", "json"]);
  return z.object({ items: z.array(podSchema) }).parse(JSON.parse(listed)).items;
}
