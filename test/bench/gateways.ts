/** The gateways the bench calls: pod addresses, reached directly, so that no proxy stands between the bench and what it measures. */
import { releaseNamespace } from "../../start/names.ts";
import { kubectl, type Pod, pods, type World } from "./world.ts";

const component = "app.kubernetes.io/component=gateway";
const publicPort = 8080;
const metricsPort = 9090;
/** A rollout, the old one's leaving included. */
const rolledOutMsMax = 180_000;
const pollMs = 300;

export interface Gateway {
  pod: Pod;
  address: string;
}

/** All of them, once those that leave have left and the others are ready: an address read before leads nowhere a moment later. */
export async function gateways(world: World): Promise<Gateway[]> {
  const startedMs = performance.now();
  for (;;) {
    const wanted = await kubectl(world, [
      ...["get", "deployment", "-n", releaseNamespace, "-l", component],
      ...["-o", "jsonpath={.items[0].spec.replicas}"],
    ]);
    const found = await pods(world, releaseNamespace, component);
    const ready = found.flatMap((pod) =>
      pod.isReady && !pod.isLeaving && pod.address !== undefined ? [{ pod, address: pod.address }] : [],
    );
    if (ready.length === found.length && ready.length === Number(wanted)) return ready;
    if (performance.now() - startedMs > rolledOutMsMax)
      throw new Error(`${ready.length} of ${wanted} gateways are ready after ${rolledOutMsMax} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

export async function gatewayOf(world: World): Promise<Gateway> {
  const [gateway] = await gateways(world);
  if (gateway === undefined) throw new Error("the installation has no gateway");
  return gateway;
}

/** Where a function's URL is on this gateway; `path` is the function's. */
export function publicUrl({ address }: Gateway, path: string | undefined): string {
  if (path === undefined) throw new Error("a function has no URL");
  return `http://${address}:${publicPort}${path}`;
}

export async function metricsOf({ address }: Gateway): Promise<string> {
  return (await fetch(`http://${address}:${metricsPort}/metrics`)).text();
}

export async function scaleGateways(world: World, replicas: number): Promise<Gateway[]> {
  const words = ["scale", "-n", releaseNamespace, "deployment", "-l", component, `--replicas=${replicas}`];
  await kubectl(world, words);
  return gateways(world);
}

export interface Answer {
  ms: number;
  status: number;
  text: string;
}

/** One request, timed from its sending to the last byte of its answer. */
export async function ask(url: string): Promise<Answer> {
  const startedMs = performance.now();
  const response = await fetch(url);
  const text = await response.text();
  return { ms: performance.now() - startedMs, status: response.status, text };
}

/** The same where only a good answer means something. */
export async function askMs(url: string): Promise<number> {
  const { ms, status, text } = await ask(url);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${text}`);
  return ms;
}
