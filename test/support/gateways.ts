/** The gateways of the installation: how many there are, which of them places, and callers who keep all of them busy. */
import { installation } from "./installation.ts";
import { get, kubectl, list } from "./kubectl.ts";
import type { TestNamespace } from "./namespace.ts";
import { isGateway, processesOf } from "./processes.ts";
import { rolledOut, workload } from "./release.ts";
import type { Invocation } from "./sdk.ts";
import { overlap, type Span } from "./span.ts";
import { followSpans } from "./spanlog.ts";
import { pause, until } from "./until.ts";

const selector = "kambda.dev/component=gateway";

export const gateways = () => list("pods", installation.namespace, selector);

export async function scaleGateways(replicas: number): Promise<void> {
  const { metadata } = await workload("gateway");
  const deployment = `deployment/${metadata.name}`;
  await kubectl(["-n", installation.namespace, "scale", deployment, `--replicas=${replicas}`]);
  await rolledOut("gateway");
  await until("the gateways to be as many", 60, async () => (await gateways()).length === replicas);
}

/** The pod that holds the first shard's Lease; empty while nobody does. */
export async function placer(): Promise<string> {
  const lease = await get("lease", "kambda-placer-0", installation.namespace);
  const { holderIdentity } = (lease?.spec ?? {}) as { holderIdentity?: string };
  return (holderIdentity ?? "").split("/")[0] ?? "";
}

export interface Lost {
  /** What the caller was told. */
  error: string;
  /** undefined where the connection was lost, or none was made. */
  httpStatus: number | undefined;
}

const betweenMs = 60;
/** A gateway that was killed is in its Service until the kubelet has told of it, and refuses connections so long. */
const afterErrorMs = 2_000;

/**
 * More callers of a function of `spanBody` than may run at once. `stop` gives what ran, as its environments logged it, and every refusal
 * that is no throttle.
 */
export function loadOf(namespace: TestNamespace, functionName: string, callers = 5) {
  let going = true;
  const log = followSpans(namespace, functionName);
  const answers: Span[] = [];
  const ids: string[] = [];
  const throttles: string[] = [];
  const errors: Lost[] = [];
  /** Gives how long its caller waits before the next. */
  const lost = (one: Lost): number => {
    errors.push(one);
    return afterErrorMs;
  };
  const answered = ({ functionError, text, requestId, json }: Invocation): number => {
    if (functionError !== undefined) return lost({ error: text, httpStatus: 200 });
    if (requestId !== undefined) ids.push(requestId);
    answers.push(json<Span>());
    return betweenMs;
  };
  const refused = (error: Error & { $metadata?: { httpStatusCode?: number } }): number => {
    if (error.name !== "TooManyRequestsException")
      return lost({ error: String(error), httpStatus: error.$metadata?.httpStatusCode });
    throttles.push(error.message);
    return betweenMs;
  };
  const calling = Array.from({ length: callers }, async () => {
    while (going) await pause(await namespace.sdk.invoke(functionName).then(answered, refused));
  });
  return {
    callers,
    answers,
    /** As many were served, and as many at once as may be: only then is there anything to exceed. */
    isOn: (servedMin: number, atOnce: number) => answers.length > servedMin && overlap(answers) >= atOnce,
    stop: async () => {
      going = false;
      await Promise.all(calling);
      return { spans: await log.stop(ids), throttles, errors };
    },
  };
}

/** Ends the gateway's process without a word, as the kernel does when memory runs out. The pod must run on this machine. */
export async function killGateway(name: string): Promise<void> {
  const pod = (await gateways()).find(({ metadata }) => metadata.name === name);
  const found = (await processesOf(pod?.metadata.uid ?? "none")).find(isGateway);
  if (found === undefined) throw new Error(`no gateway's process of pod ${name} runs on this machine`);
  process.kill(found.pid, "SIGKILL");
}
