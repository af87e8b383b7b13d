/** What a placer is asked in tests and what it goes by, wide enough to be in nobody's way: a test says only what it is about. */
import type { PlacerOptions } from "../placer/options.ts";
import type { Caps, Target } from "../placer/state.ts";

export function placerOptions(over: Partial<PlacerOptions> = {}): PlacerOptions {
  return {
    waitMsMax: 60_000,
    waitingMaxPerFunction: 100_000,
    waitingBytesMax: 1e9,
    waitingBytesMaxPerNamespace: 1e9,
    idleMsMax: 600_000,
    failedInitKeptMs: 10_000,
    requestRatePerConcurrency: 1_000,
    holdMsMax: 1_000,
    burstMax: 1_000,
    burstPerMinute: 1_000,
    functionStartsPer10s: 0,
    ...over,
  };
}

/** Revision 1 of function `hello` in namespace `team`, whose environments are pods of its own. */
export function aTarget(over: Partial<Target> = {}): Target {
  return { key: "team/hello-1", functionKey: "team/hello", namespace: "team", poolShape: undefined, ...over };
}

/** Lambda's: a thousand in an account, nothing reserved, nothing provisioned. */
export function someCaps(over: Partial<Caps> = {}): Caps {
  return { reserved: undefined, unreserved: 1_000, account: 1_000, provisioned: 0, setAside: 0, ...over };
}

/** As it joins, before it is said what it joins as. */
export function anEnvironment(id: string) {
  return { id, namespace: "team", shape: "s", retireAtMs: 1e12, last: undefined };
}
