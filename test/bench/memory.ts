/** What stays in memory after load: private pages of the gateway, and of a whole environment that served it. */
import { isGateway } from "../support/processes.ts";
import { gatewayOf } from "./gateways.ts";
import { figuresIn, isOfContainer, isSupervisor } from "./processes.ts";
import { namespace, pods, type World } from "./world.ts";

export interface Memory {
  gatewayMb: number;
  supervisorMb: number;
  /** Supervisor and runtime process together. */
  environmentMb: number;
}

/** Means over the function's environments. */
export async function measureMemory(world: World, functionName: string): Promise<Memory> {
  const gateway = await gatewayOf(world);
  const found = await pods(world, namespace, `kambda.dev/function=${functionName}`);
  const serving = found.filter(({ isRunning }) => isRunning);
  if (serving.length === 0) throw new Error(`no environment of ${functionName} runs`);
  const each = async (chosen: typeof isSupervisor) =>
    (await figuresIn(serving, chosen)).privateMb / serving.length;
  return {
    gatewayMb: (await figuresIn([gateway.pod], isGateway)).privateMb,
    supervisorMb: await each(isSupervisor),
    environmentMb: await each(isOfContainer),
  };
}
