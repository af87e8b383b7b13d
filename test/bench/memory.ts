/** What stays in memory when nothing happens: private pages of gateway, supervisor and a whole idle environment. */
import { processesOf } from "../support/processes.ts";
import { figuresOf, namespace, pods, releaseNamespace, type World } from "./world.ts";

export interface Memory {
  gatewayMb: number;
  supervisorMb: number;
  /** Supervisor and runtime process together. */
  idleEnvironmentMb: number;
}

export async function measureMemory(world: World, functionName: string): Promise<Memory> {
  const gateway = await privateMb(world, releaseNamespace, "app.kubernetes.io/component=gateway");
  const environment = await privateMb(world, namespace, `kambda.dev/function=${functionName}`);
  const supervisor = environment.find(({ commandLine }) => commandLine.includes("/kambda/supervisor/"));
  if (supervisor === undefined) throw new Error(`no environment of ${functionName} runs`);
  return {
    gatewayMb: sum(gateway.filter(({ commandLine }) => commandLine.includes("gateway/main"))),
    supervisorMb: supervisor.privateMb,
    idleEnvironmentMb: sum(environment),
  };
}

interface Found {
  commandLine: string;
  privateMb: number;
}

/** Of the first running pod: all of a function's environments are alike. */
async function privateMb(world: World, inNamespace: string, selector: string): Promise<Found[]> {
  const running = (await pods(world, inNamespace, selector)).find(({ status }) => status.phase === "Running");
  if (running === undefined) throw new Error(`no running pod of ${selector} in ${inNamespace}`);
  const processes = (await processesOf(running.metadata.uid)).filter(
    ({ commandLine }) => !/^\/?pause/.test(commandLine),
  );
  return Promise.all(
    processes.map(async ({ pid, commandLine }) => ({
      commandLine,
      privateMb: (await figuresOf(pid)).privateMb,
    })),
  );
}

function sum(found: Found[]): number {
  return found.reduce((total, { privateMb: mb }) => total + mb, 0);
}
