/**
 * The placer goes while callers of all three gateways go on: its process is killed, or its pod is deleted and leaves with grace. What
 * the callers were answered, and when, says how long they noticed. The processes of the cluster's pods must run on this machine.
 */
import { setTimeout as pause } from "node:timers/promises";
import { processesOf } from "../support/processes.ts";
import { type Outage, outageOf } from "./outage.ts";
import { applyFunctions, kubectl, type Pod, pods, releaseNamespace, type World } from "./world.ts";

export interface Crash extends Outage {
  how: "killed" | "left";
  /** Requests without an answer, or with another than 200, by what they got. */
  failed: Record<string, number>;
}

const gateways = 3;
const callersPerGateway = 4;
const publicPort = 8080;
const selector = "app.kubernetes.io/component=gateway";
const beforeMs = 5_000;
const afterMs = 15_000;
const requestMsMax = 10_000;
/** A handler that takes its time without taking the node's: what is measured is who places. */
const steady =
  "export const handler = () => new Promise((resolve) => setTimeout(resolve, 50, { ok: true }));\n";

export async function measureCrash(world: World, rounds: number): Promise<Crash[]> {
  const [path] = await applyFunctions(world, [
    { name: "steady", spec: { code: { inline: { "index.mjs": steady } } } },
  ]);
  await scale(world, gateways);
  const measured: Crash[] = [];
  for (let round = 0; round < rounds; round++)
    for (const how of ["killed", "left"] as const) {
      measured.push(await measureOne(world, path as string, how));
      await settled(world);
    }
  await scale(world, 1);
  return measured;
}

async function measureOne(world: World, path: string, how: Crash["how"]): Promise<Crash> {
  const running = await pods(world, releaseNamespace, selector);
  const placer = await placerOf(world, running);
  const urls = running.map(({ status }) => `http://${status.podIP}:${publicPort}${path}`);
  const calling = call(urls);
  // Environments for all callers first.
  await pause(5_000 + beforeMs);
  const atMs = performance.now();
  if (how === "killed") await kill(placer);
  else await kubectl(world, ["delete", "pod", "-n", releaseNamespace, placer.metadata.name, "--wait=false"]);
  await pause(afterMs);
  const { answeredMs, failed } = await calling.stop();
  return { how, failed, ...outageOf(answeredMs, { atMs, beforeMs, afterMs }) };
}

/** As many callers of each gateway, who go to the next one when it is gone, as a Service would send them. */
function call(urls: string[]) {
  let going = true;
  const answeredMs: number[] = [];
  const failed: Record<string, number> = {};
  const count = (what: string) => {
    failed[what] = (failed[what] ?? 0) + 1;
  };
  const caller = async (first: number) => {
    let at = first;
    while (going) {
      try {
        const url = urls[at % urls.length] as string;
        const response = await fetch(url, { signal: AbortSignal.timeout(requestMsMax) });
        await response.arrayBuffer();
        if (response.ok) answeredMs.push(performance.now());
        else count(String(response.status));
      } catch (error) {
        count((error as { code?: string }).code ?? (error as Error).name);
        at++;
        await pause(10);
      }
    }
  };
  const callers = Array.from({ length: urls.length * callersPerGateway }, (_, first) => caller(first));
  return {
    stop: async () => {
      going = false;
      await Promise.all(callers);
      return { answeredMs, failed };
    },
  };
}

async function placerOf(world: World, running: Pod[]): Promise<Pod> {
  const lease = ["get", "lease", "kambda-placer-0", "-n", releaseNamespace];
  const holder = await kubectl(world, [...lease, "-o", "jsonpath={.spec.holderIdentity}"]);
  const placer = running.find(({ metadata }) => metadata.name === holder.split("/")[0]);
  if (placer === undefined) throw new Error(`the placer, ${holder}, is none of the running gateways`);
  return placer;
}

async function kill({ metadata }: Pod): Promise<void> {
  const processes = await processesOf(metadata.uid);
  const gateway = processes.find(({ commandLine }) => commandLine.includes("gateway/main"));
  if (gateway === undefined) throw new Error(`no process of ${metadata.name} runs on this machine`);
  process.kill(gateway.pid, "SIGKILL");
}

async function scale(world: World, replicas: number): Promise<void> {
  const deployment = ["deployment", "-l", selector, "-n", releaseNamespace];
  await kubectl(world, ["scale", ...deployment, `--replicas=${replicas}`]);
  await settled(world, replicas);
}

/** As many gateways as there should be, all ready, and for long enough that those who left are gone. */
async function settled(world: World, replicas = gateways): Promise<void> {
  const deployment = ["deployment", "-l", selector, "-n", releaseNamespace];
  await kubectl(world, ["rollout", "status", ...deployment, "--timeout=180s"]);
  for (let lookedTimes = 0; lookedTimes < 60; lookedTimes++) {
    if ((await pods(world, releaseNamespace, selector)).length === replicas) return;
    await pause(1_000);
  }
  throw new Error(`there are not ${replicas} gateways after a minute`);
}
