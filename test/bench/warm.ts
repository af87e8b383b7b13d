/** Warm invocations: the function URL's path at rising concurrency, with the CPU each costs in gateway and supervisors. */

import { processesOf } from "../support/processes.ts";
import { load, type Measured } from "./load.ts";
import { addressOf, figuresOf, namespace, pods, releaseNamespace, type World } from "./world.ts";

export interface Warm extends Measured {
  connections: number;
  gatewayCpuMsPerInvocation: number;
  supervisorCpuMsPerInvocation: number;
}

const publicPort = 8080;
const gatewaySelector = "app.kubernetes.io/component=gateway";

export async function measureWarm(
  world: World,
  path: string,
  functionName: string,
  connections: number,
  seconds: number,
): Promise<Warm> {
  const url = `http://${await addressOf(world, releaseNamespace, gatewaySelector)}:${publicPort}${path}`;
  const options = { url, method: "GET", headers: {}, connections } as const;
  // Environments for every connection first: a start in the counted run would measure something else.
  await load({ ...options, seconds: 2 });
  const before = await cpu(world, functionName);
  const measured = await load({ ...options, seconds });
  const after = await cpu(world, functionName);
  // The load's own warm-up second counts in the CPU as well; it ran at the same rate.
  const invocations = measured.requests * (1 + 1 / seconds);
  return {
    connections,
    ...measured,
    gatewayCpuMsPerInvocation: (after.gatewayMs - before.gatewayMs) / invocations,
    supervisorCpuMsPerInvocation: (after.supervisorMs - before.supervisorMs) / invocations,
  };
}

async function cpu(world: World, functionName: string): Promise<{ gatewayMs: number; supervisorMs: number }> {
  const gateway = await processesIn(world, releaseNamespace, gatewaySelector, "gateway/main");
  const supervisors = await processesIn(
    world,
    namespace,
    `kambda.dev/function=${functionName}`,
    "/kambda/supervisor/",
  );
  return { gatewayMs: await cpuOf(gateway), supervisorMs: await cpuOf(supervisors) };
}

export async function processesIn(
  world: World,
  inNamespace: string,
  selector: string,
  commandPart: string,
): Promise<number[]> {
  const found = await Promise.all(
    (await pods(world, inNamespace, selector)).map(({ metadata }) => processesOf(metadata.uid)),
  );
  return found
    .flat()
    .filter(({ commandLine }) => commandLine.includes(commandPart))
    .map(({ pid }) => pid);
}

async function cpuOf(pids: number[]): Promise<number> {
  const figures = await Promise.all(pids.map(figuresOf));
  return figures.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}
