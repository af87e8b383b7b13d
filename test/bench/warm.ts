/** Warm invocations: the function URL's path at rising concurrency, with the CPU each costs in gateway and supervisors. */
import { isGateway } from "../support/processes.ts";
import { gatewayOf, publicUrl } from "./gateways.ts";
import { load, type Measured } from "./load.ts";
import { figuresIn, isSupervisor } from "./processes.ts";
import { warm } from "./warming.ts";
import { namespace, pods, type World } from "./world.ts";

export interface Warm extends Measured {
  connections: number;
  environments: number;
  gatewayCpuMsPerInvocation: number;
  supervisorCpuMsPerInvocation: number;
}

export async function measureWarm(
  world: World,
  path: string | undefined,
  functionName: string,
  connections: number,
  seconds: number,
): Promise<Warm> {
  const gateway = await gatewayOf(world);
  const options = { url: publicUrl(gateway, path), method: "GET", headers: {}, connections } as const;
  const environments = await warm(world, functionName, options);
  const serving = await pods(world, namespace, `kambda.dev/function=${functionName}`);
  const cpu = async () => ({
    gatewayMs: (await figuresIn([gateway.pod], isGateway)).cpuMs,
    supervisorMs: (await figuresIn(serving, isSupervisor)).cpuMs,
  });
  const before = await cpu();
  const measured = await load({ ...options, seconds });
  const after = await cpu();
  return {
    connections,
    environments,
    ...measured,
    gatewayCpuMsPerInvocation: (after.gatewayMs - before.gatewayMs) / measured.requests,
    supervisorCpuMsPerInvocation: (after.supervisorMs - before.supervisorMs) / measured.requests,
  };
}
