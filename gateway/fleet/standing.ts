/** What an environment that says hello is to the placer: read from its pod, checked against what it says of itself. */
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import type { Hello } from "../link/link.ts";

export type Standing =
  | { kind: "unclaimed" }
  | { kind: "fresh"; callable: Callable }
  | { kind: "assigned"; callable: Callable }
  /** Nobody needs it any more. */
  | { kind: "stray"; why: string };

export function decideStanding(
  pod: EnvironmentPod,
  hello: Pick<Hello, "state" | "revision">,
  callableOf: (revisionKey: string) => Callable | undefined,
): Standing {
  const find = (revision: string) => callableOf(`${pod.namespace}/${revision}`);
  if (hello.state === "assigned") {
    if (hello.revision === undefined) return { kind: "stray", why: "it does not say what it was assigned" };
    // The labels are written by us; where they speak, they decide.
    if (pod.revision !== undefined && pod.revision !== hello.revision)
      return { kind: "stray", why: `its pod belongs to ${pod.revision}, not ${hello.revision}` };
    const callable = find(hello.revision);
    if (callable === undefined) return { kind: "stray", why: `nothing runs ${hello.revision} any more` };
    return { kind: "assigned", callable };
  }
  // Told to go before its process could listen, it would wait for ever: a first process ignores what it does not handle.
  if (pod.phase === "leaving") return { kind: "stray", why: "its pod is being deleted" };
  if (pod.claim === "pool") return { kind: "unclaimed" };
  const callable = pod.revision === undefined ? undefined : find(pod.revision);
  if (callable === undefined) return { kind: "stray", why: `nothing runs ${pod.revision} any more` };
  return { kind: "fresh", callable };
}
