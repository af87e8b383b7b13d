/**
 * The functions of the simulation, with limits small enough to be met all the time. One is asked for by an alias or by the number of
 * any version that was; two have provisioned concurrency on their version 1, one of them within its reservation.
 */
import { draw } from "../../../gateway/catalog/draw.ts";
import type { PlacerOptions } from "../../../gateway/placer/options.ts";
import type { Caps, Routes, Target } from "../../../gateway/placer/state.ts";

export interface SimFunction {
  functionKey: string;
  poolShape: string | undefined;
  /** Of its versions without provisioned concurrency. */
  caps: Caps;
  /** Environments kept provisioned for its version 1. */
  provisioned: number;
  /** Versions there are from the start. */
  versions: number;
  /** Requests ask for its alias, which moves from version to version. */
  isAliased: boolean;
}

const unreserved = 5;
const account = 7;
/** Of what is unreserved, set aside for the one function there that has provisioned concurrency; and of the one reservation. */
const setAside = 1;
const namespace = "team";

const aliased = aFunction("aliased", { poolShape: "pool", isAliased: true });

/** Of one namespace, which is one account. */
export const functions: SimFunction[] = [
  aFunction("reserved", { poolShape: "pool", reserved: 2, provisioned: setAside, versions: 2 }),
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

export function capsOf({ caps, provisioned }: SimFunction, version: number): Caps {
  return version === firstVersion ? { ...caps, provisioned } : caps;
}

/** What the alias goes to: a version, or two by weight. */
export type AliasShares = readonly { version: number; weight: number }[];

export function routesTo(shares: AliasShares): Routes {
  return shares.map(({ version, weight }) => ({
    weight,
    target: targetOf(aliased, version),
    caps: capsOf(aliased, version),
  }));
}

/** The version that a draw comes to. */
export function drawnBy(shares: AliasShares, chance: number): number | undefined {
  return draw(shares, chance)?.version;
}

export interface RevisionRead {
  of: SimFunction;
  /** Of the function among all. */
  at: number;
  version: number;
  target: Target;
}

const read = new Map<string, RevisionRead>();

/** The function and the version that a revision is of. */
export function readRevision(key: string): RevisionRead {
  const known = read.get(key);
  if (known !== undefined) return known;
  const at = key.lastIndexOf("-v");
  const index = functions.findIndex(({ functionKey }) => functionKey === key.slice(0, at));
  const of = functions[index];
  if (of === undefined) throw new Error(`no function runs ${key}`);
  const version = Number(key.slice(at + 2));
  const one = { of, at: index, version, target: targetOf(of, version) };
  read.set(key, one);
  return one;
}

function aFunction(
  name: string,
  options: Partial<Omit<SimFunction, "functionKey" | "caps">> & { reserved?: number },
): SimFunction {
  const { poolShape, reserved, provisioned = 0, versions = 1, isAliased = false } = options;
  const caps = { reserved, unreserved, account, provisioned: 0, setAside };
  return { functionKey: `${namespace}/${name}`, poolShape, caps, provisioned, versions, isAliased };
}

/** The highest version of the same function that was published. */
export function newestOf(published: ReadonlyMap<string, string>, revision: string): string {
  const { of } = readRevision(revision);
  let { version } = readRevision(revision);
  while (published.has(targetOf(of, version + 1).key)) version++;
  return targetOf(of, version).key;
}
