/**
 * The placer goes while callers of all three gateways go on: its process is killed, or its pod is deleted and leaves with grace; or
 * nothing happens, for comparison. What the callers were answered, and when, says how long they noticed. The processes of the cluster's pods must run on this machine.
 */
import { setTimeout as pause } from "node:timers/promises";
import { releaseNamespace } from "../../start/names.ts";
import { isGateway, processesOf } from "../support/processes.ts";
import { type Gateway, gateways, publicUrl, scaleGateways } from "./gateways.ts";
import { type Outage, outageOf } from "./outage.ts";
import { applyFunctions, clear, kubectl, type World } from "./world.ts";

export interface Crash extends Outage {
  /** `nothing` was done to it: how much of the rest is this machine's own. */
  how: "nothing" | "killed" | "left";
  /** Requests without an answer, or with another than 200, by what they got. */
  failed: Record<string, number>;
}

const replicas = 3;
const callersPerGateway = 2;
const placerLease = "kambda-placer-0";
const beforeMs = 5_000;
const afterMs = 15_000;
/** Before anything is measured each caller has been answered so often in a second. */
const answersEach = 5;
const steadySeconds = 120;
const requestMsMax = 10_000;
/** A handler that takes its time without taking the node's: what is measured is who places. */
const steady =
  "export const handler = () => new Promise((resolve) => setTimeout(resolve, 50, { ok: true }));\n";

export async function measureCrash(world: World, rounds: number): Promise<Crash[]> {
  const [path] = await applyFunctions(world, [
    { name: "steady", spec: { code: { inline: { "index.mjs": steady } } } },
  ]);
  await scaleGateways(world, replicas);
  const measured: Crash[] = [];
  for (let round = 0; round < rounds; round++)
    for (const how of ["nothing", "killed", "left"] as const) {
      const one = await measureOne(world, path, how);
      process.stderr.write(`${JSON.stringify(one)}\n`);
      measured.push(one);
    }
  await clear(world);
  return measured;
}

async function measureOne(world: World, path: string | undefined, how: Crash["how"]): Promise<Crash> {
  const running = await gateways(world);
  const placer = await placerOf(world, running);
  const calling = call(running.map((one) => publicUrl(one, path)));
  // Environments for all callers first, and time to see what is usual.
  await calling.steady();
  await pause(beforeMs);
  const atMs = performance.now();
  if (how === "killed") await kill(placer);
  else if (how === "left")
    await kubectl(world, ["delete", "pod", "-n", releaseNamespace, placer.pod.name, "--wait=false"]);
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
    steady: async () => {
      for (let seconds = 0; seconds < steadySeconds; seconds++) {
        const before = answeredMs.length;
        await pause(1_000);
        if (answeredMs.length - before >= callers.length * answersEach) return;
      }
      throw new Error(`the callers are not answered as they should be: ${JSON.stringify(failed)}`);
    },
    stop: async () => {
      going = false;
      await Promise.all(callers);
      return { answeredMs, failed };
    },
  };
}

async function placerOf(world: World, running: Gateway[]): Promise<Gateway> {
  const lease = ["get", "lease", placerLease, "-n", releaseNamespace];
  const holder = await kubectl(world, [...lease, "-o", "jsonpath={.spec.holderIdentity}"]);
  const placer = running.find(({ pod }) => holder.startsWith(`${pod.name}/`));
  if (placer === undefined) throw new Error(`no gateway is the placer, ${holder}`);
  return placer;
}

async function kill({ pod }: Gateway): Promise<void> {
  const gateway = (await processesOf(pod.uid)).find(isGateway);
  if (gateway === undefined) throw new Error(`no process of ${pod.name} runs on this machine`);
  process.kill(gateway.pid, "SIGKILL");
}
