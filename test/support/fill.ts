/** Fills the nodes of the cluster, as other work of its owner would: with pods that ask for what CPU is left and do nothing. */
import { kubectl } from "./kubectl.ts";
import { scriptPod } from "./pod.ts";

interface Container {
  resources?: { requests?: { cpu?: string } };
}
interface Listed {
  metadata: { name: string };
  spec: { nodeName?: string; containers?: Container[] };
  status: { phase?: string; allocatable?: { cpu: string } };
}

/** So that no more than this many thousandths of a CPU are free on any node, whatever others give back meanwhile. */
export async function fillNodes(namespace: string, freeMilliCpu: number): Promise<void> {
  const [nodes, pods] = await Promise.all([listAll("nodes"), listAll("pods")]);
  const fillers = nodes.flatMap(({ metadata: { name }, status }) => {
    const here = pods.filter((pod) => pod.spec.nodeName === name && isThere(pod));
    const asked = here.reduce((sum, pod) => sum + requestOf(pod), 0);
    const milliCpu = milli(status.allocatable?.cpu) - asked - freeMilliCpu;
    return milliCpu <= 0 ? [] : [{ name: `fill-${name}`, nodeName: name, milliCpu }];
  });
  const script = "setInterval(() => {}, 60_000);";
  await Promise.all(fillers.map((filler) => scriptPod({ namespace, script, ...filler })));
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
