/** The bench's own corner of the cluster: a namespace, its functions, and what can be read of the pods that serve them. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { run } from "../../program/run.ts";

export const namespace = "kambda-bench";
export const releaseNamespace = "kambda-system";

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

/** Applies functions and waits until all are Active; answers their URL paths (`/<url-id>/`). */
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

const podSchema = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  status: z.object({ podIP: z.string().optional(), phase: z.string() }),
});
export type Pod = z.infer<typeof podSchema>;

export async function pods(world: World, inNamespace: string, selector: string): Promise<Pod[]> {
  const listed = await kubectl(world, ["get", "pods", "-n", inNamespace, "-l", selector, "-o", "json"]);
  return z.object({ items: z.array(podSchema) }).parse(JSON.parse(listed)).items;
}

/** The address of one running pod, reached directly: no proxy stands between the bench and what it measures. */
export async function addressOf(world: World, inNamespace: string, selector: string): Promise<string> {
  const running = (await pods(world, inNamespace, selector)).find(({ status }) => status.phase === "Running");
  if (running?.status.podIP === undefined) throw new Error(`no running pod of ${selector} in ${inNamespace}`);
  return running.status.podIP;
}

/** Linux clock ticks a second, as /proc counts CPU. */
const ticksPerSecond = 100;

export interface ProcessFigures {
  cpuMs: number;
  /** Memory that would come back if it ended: private pages, in MB. */
  privateMb: number;
}

/** Reads one process of this machine; containers of the embedded cluster are processes of it too. */
export async function figuresOf(pid: number): Promise<ProcessFigures> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kb = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  return { cpuMs, privateMb: kb / 1024 };
}
