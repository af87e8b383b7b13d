/** Fills the nodes of the cluster, as other work of its owner would: with pods that ask for what CPU is left and do nothing. */
import { kubectl, list } from "./kubectl.ts";
import { applyScriptPod } from "./pod.ts";
import { until } from "./until.ts";

interface Container {
  resources?: { requests?: { cpu?: string } };
}
interface Listed {
  metadata: { name: string };
  spec: { nodeName?: string; containers?: Container[] };
  status: { phase?: string; allocatable?: { cpu: string } };
}

/** Others start and end pods meanwhile, so that a node may refuse a filler, or have room again. */
const fillersMax = 10;

/** So that no more than this many thousandths of a CPU are free on any node. */
export async function fillNodes(namespace: string, freeMilliCpu: number): Promise<void> {
  for (let round = 0; round < fillersMax; round++) {
    const fillers = (await roomyNodes()).filter(({ milliCpu }) => milliCpu > freeMilliCpu);
    if (fillers.length === 0) return;
    for (const { nodeName, milliCpu } of fillers)
      await applyScriptPod({
        namespace,
        name: `fill-${nodeName}-${round}`,
        script: "setInterval(() => {}, 60_000);",
        nodeName,
        milliCpu: milliCpu - freeMilliCpu,
      });
    await until("the fillers to run, or to be refused", 60, async () =>
      (await list("pods", namespace))
        .filter(({ metadata }) => metadata.name.startsWith("fill-"))
        .every(({ status }) => status?.phase !== "Pending"),
    );
  }
  throw new Error(`the nodes were not full after ${fillersMax} rounds`);
}

/** What every node has left of its CPUs. */
async function roomyNodes(): Promise<{ nodeName: string; milliCpu: number }[]> {
  const [nodes, pods] = await Promise.all([listAll("nodes"), listAll("pods")]);
  return nodes.map(({ metadata: { name }, status }) => {
    const here = pods.filter((pod) => pod.spec.nodeName === name && isThere(pod));
    const asked = here.reduce((sum, pod) => sum + requestOf(pod), 0);
    return { nodeName: name, milliCpu: milli(status.allocatable?.cpu) - asked };
  });
}

async function listAll(kind: string): Promise<Listed[]> {
  return (JSON.parse(await kubectl(["get", kind, "-A", "-o", "json"])) as { items: Listed[] }).items;
}

function isThere({ status: { phase = "" } }: Listed): boolean {
  return phase !== "Succeeded" && phase !== "Failed";
}

function requestOf({ spec: { containers = [] } }: Listed): number {
  return containers.reduce((sum, { resources }) => sum + milli(resources?.requests?.cpu), 0);
}

/** `2` or `250m`. */
function milli(cpu = "0"): number {
  return cpu.endsWith("m") ? Number.parseInt(cpu, 10) : Number(cpu) * 1000;
}
