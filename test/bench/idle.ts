/** What an environment costs while nothing happens: CPU over a quiet minute and more, and memory that would come back without it. */
import { isGateway, processesOf } from "../support/processes.ts";
import { gatewayOf, publicUrl } from "./gateways.ts";
import { load } from "./load.ts";
import { isOfPool, untilPoolSettled, usualPool } from "./pool.ts";
import { figuresIn, isOfContainer, isSupervisor } from "./processes.ts";
import { applyFunctions, clear, environments, namespace, type Pod, pods, type World } from "./world.ts";

export interface Idle {
  seconds: number;
  kinds: IdleKind[];
  /** With so many environments linked, all kinds together. */
  gatewayCpuMsPerMinute: number;
}

export interface IdleKind {
  name: string;
  /** How many were there: figures are means. */
  environments: number;
  /** Of them: a node that was too busy for the rehearsal leaves an environment without its process, and the means are then too small. */
  withRuntime: number;
  cpuMsPerMinute: number;
  supervisorMb: number;
  /** Supervisor, runtime and whatever else runs in the container. */
  environmentMb: number;
}

const seconds = 75;
const used = 3;
const warmSeconds = 3;

export async function measureIdle(world: World): Promise<Idle> {
  const names = Array.from({ length: used }, (_, index) => `idle-${index}`);
  const python = {
    runtime: "python3.13",
    code: { inline: { "index.py": "def handler(event, context): pass\n" } },
  };
  const paths = await applyFunctions(world, [
    ...names.map((name) => ({ name })),
    { name: "idle-python", spec: python },
  ]);
  const gateway = await gatewayOf(world);
  for (const path of paths.slice(0, used)) {
    const options = { url: publicUrl(gateway, path), method: "GET", headers: {}, connections: 1 } as const;
    await load({ ...options, seconds: warmSeconds });
  }
  // Two shapes have a pool.
  await untilPoolSettled(world, 2 * usualPool.sizeMin, "beside others");
  const found = await pods(world, namespace, environments);
  const kinds = {
    "node, rehearsed, in the pool": found.filter((pod) => isOfPool(pod) && pod.image.includes("nodejs")),
    "python, rehearsed, in the pool": found.filter((pod) => isOfPool(pod) && pod.image.includes("python")),
    "node, after thousands of calls": found.filter((pod) => !isOfPool(pod)),
  };
  const cpuMs = async () => ({
    gateway: (await figuresIn([gateway.pod], isGateway)).cpuMs,
    kinds: await Promise.all(
      Object.values(kinds).map(async (of) => (await figuresIn(of, isOfContainer)).cpuMs),
    ),
  });
  const startedMs = performance.now();
  const before = await cpuMs();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = await cpuMs();
  const minutes = (performance.now() - startedMs) / 60_000;
  const measured = await Promise.all(
    Object.entries(kinds).map(async ([name, of], index): Promise<IdleKind> => {
      const count = of.length;
      return {
        name,
        environments: count,
        withRuntime: (await Promise.all(of.map(hasRuntime))).filter((has) => has).length,
        cpuMsPerMinute: ((after.kinds[index] ?? 0) - (before.kinds[index] ?? 0)) / minutes / count,
        supervisorMb: (await figuresIn(of, isSupervisor)).privateMb / count,
        environmentMb: (await figuresIn(of, isOfContainer)).privateMb / count,
      };
    }),
  );
  await clear(world);
  return { seconds, kinds: measured, gatewayCpuMsPerMinute: (after.gateway - before.gateway) / minutes };
}

async function hasRuntime({ uid }: Pod): Promise<boolean> {
  const processes = await processesOf(uid);
  return processes.some((one) => isOfContainer(one) && !isSupervisor(one));
}
