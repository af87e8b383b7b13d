/** The gateways of the installation: how many there are, which of them places, and callers who keep all of them busy. */
import { installation } from "./installation.ts";
import { get, kubectl, list } from "./kubectl.ts";
import { rolledOut, workload } from "./release.ts";
import type { Sdk } from "./sdk.ts";
import { overlap, type Span } from "./span.ts";
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

/** A handler whose invocations say when they began and ended. */
export const spanBody = `const beganMs = Date.now();
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 150));
  return { beganMs, endedMs: Date.now() };`;

/** More callers than may run at once; `stop` gives what ran, and every refusal that is not a throttle. */
export function loadOf(sdk: Sdk, functionName: string, callers = 5) {
  let going = true;
  const spans: Span[] = [];
  const throttles: string[] = [];
  const errors: Error[] = [];
  const calling = Array.from({ length: callers }, async () => {
    while (going) {
      await sdk.invoke(functionName).then(
        (answer) => spans.push(answer.json<Span>()),
        (error: Error) =>
          error.name === "TooManyRequestsException" ? throttles.push(error.message) : errors.push(error),
      );
      await pause(60);
    }
  });
  return {
    spans,
    /** As many were served, and as many at once as may be: only then is there anything to exceed. */
    isOn: (servedMin: number, atOnce: number) => spans.length > servedMin && overlap(spans) >= atOnce,
    stop: async () => {
      going = false;
      await Promise.all(calling);
      return { spans, throttles, errors: errors.map(String) };
    },
  };
}
