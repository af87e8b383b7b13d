/** The functions of the simulation, with limits small enough to be met all the time. */
import type { Caps, PlacerOptions, Target } from "../../../gateway/placer/state.ts";

export interface SimFunction {
  target: Target;
  caps: Caps;
}

const unreserved = 4;
const account = 6;

export const functions: SimFunction[] = [
  aFunction("reserved", "pool", 2),
  aFunction("pooled", "pool", undefined),
  aFunction("dedicated", undefined, undefined),
];

export const placerOptions: PlacerOptions = {
  waitMsMax: 20_000,
  waitingMaxPerFunction: 50,
  waitingBytesMax: 100_000,
  waitingBytesMaxPerNamespace: 100_000,
  idleMsMax: 6_000,
  failedInitKeptMs: 6_000,
  requestRatePerConcurrency: 1_000,
  holdMsMax: 7_000,
  burstMax: 1_000,
  burstPerMinute: 1_000,
  functionStartsPer10s: 0,
};

export function targetOf(revisionKey: string): Target {
  const found = functions.find(({ target }) => target.key === revisionKey);
  if (found === undefined) throw new Error(`no function runs ${revisionKey}`);
  return found.target;
}

/** Of one namespace, which is one account. */
function aFunction(name: string, poolShape: string | undefined, reserved: number | undefined): SimFunction {
  const namespace = "team";
  const target = {
    key: `${namespace}/${name}-v1`,
    functionKey: `${namespace}/${name}`,
    namespace,
    poolShape,
  };
  return { target, caps: { reserved, unreserved, account, provisioned: 0, setAside: 0 } };
}
