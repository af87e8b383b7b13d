/** The functions of the simulation, with limits small enough to be met all the time; one of them is asked for by an alias. */
import type { Caps, PlacerOptions, Routes, Target } from "../../../gateway/placer/state.ts";

export interface SimFunction {
  functionKey: string;
  poolShape: string | undefined;
  caps: Caps;
  /** Requests ask for its alias, which moves from version to version. */
  isAliased: boolean;
}

const unreserved = 5;
const account = 7;
/** Of what is unreserved, set aside for the one function that has provisioned concurrency. */
const setAside = 1;
const namespace = "team";

const aliased = aFunction("aliased", { poolShape: "pool", isAliased: true });

/** Of one namespace, which is one account. */
export const functions: SimFunction[] = [
  aFunction("reserved", { poolShape: "pool", reserved: 2 }),
  aFunction("pooled", { poolShape: "pool" }),
  aFunction("dedicated", { provisioned: setAside }),
  aliased,
];

/** Of the alias. */
export const firstVersion = 1;
export const alias = `${aliased.functionKey}:live`;

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

export function targetOf(of: SimFunction, version = firstVersion): Target {
  const { functionKey, poolShape } = of;
  return { key: `${functionKey}-v${version}`, functionKey, namespace, poolShape };
}

export function routesTo(version: number): Routes {
  return [{ weight: 1, target: targetOf(aliased, version), caps: aliased.caps }];
}

export interface RevisionRead {
  of: SimFunction;
  version: number;
  target: Target;
}

const read = new Map<string, RevisionRead>();

/** The function and the version that a revision is of. */
export function readRevision(key: string): RevisionRead {
  const known = read.get(key);
  if (known !== undefined) return known;
  const at = key.lastIndexOf("-v");
  const of = functions.find(({ functionKey }) => functionKey === key.slice(0, at));
  if (of === undefined) throw new Error(`no function runs ${key}`);
  const version = Number(key.slice(at + 2));
  const one = { of, version, target: targetOf(of, version) };
  read.set(key, one);
  return one;
}

function aFunction(
  name: string,
  {
    poolShape,
    reserved,
    provisioned = 0,
    isAliased = false,
  }: { poolShape?: string; reserved?: number; provisioned?: number; isAliased?: boolean },
): SimFunction {
  const setAsideHere = reserved === undefined ? setAside : 0;
  const caps = { reserved, unreserved, account, provisioned, setAside: setAsideHere };
  return { functionKey: `${namespace}/${name}`, poolShape, caps, isAliased };
}
