/** What the pods of gateways tell of their processes. */
import type { GatewayPod } from "./addresses.ts";

/** The holder's pod is no more, or it is ours and runs this process now. */
export function isGone(holder: string, self: string, pods: GatewayPod[]): boolean {
  const name = nameOfPod(holder);
  if (holder === "" || holder === self) return false;
  if (name === nameOfPod(self)) return true;
  return pods.length > 0 && pods.every((pod) => pod.name !== name || pod.host === undefined);
}

function nameOfPod(processId: string): string {
  return processId.slice(0, processId.indexOf("/"));
}

/** Where the other gateways are. */
export function othersOf(pods: GatewayPod[], self: string): { name: string; host: string }[] {
  return pods.flatMap(({ name, host }) => (name === self || host === undefined ? [] : [{ name, host }]));
}
