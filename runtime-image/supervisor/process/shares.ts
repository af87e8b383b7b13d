/**
 * What a function's processes hold when a page that several share counts once: the sum of their proportional shares. The kernel
 * walks every page for it, tens of milliseconds a gigabyte, so it is asked only where nothing cheaper can tell.
 */
import { readProcIfLet } from "./proc.ts";
import { readField } from "./status.ts";

/** From what each process has resident to what they hold together, in kilobytes. */
export type Shares = (residentOf: ReadonlyMap<number, number>) => number;

/** One look later, a child that waits for its turn of a busy processor may still not have come to its exec. */
const looksMin = 3;
/** After a fork the two have half each, between vfork and exec all. What is resident the kernel tells a little too high or low. */
const ownShare = 0.75;

/**
 * A child between vfork and exec has no copy of its parent's memory but that memory itself, and shows all of it as its own. So one
 * that shows exactly what its parent does, and shares it with nobody, counts nothing. A parent's other threads may change that
 * between two readings, but the child is there for a moment only: what counts is what a process held at several looks in a row.
 */
export function createShares(readShare = readShareKilobytes, parentOf = readParent): Shares {
  let before: ReadonlyMap<number, number>[] = [];
  return (residentOf) => {
    const shown = new Map([...residentOf].map(([pid, resident]) => [pid, readShare(pid) ?? resident]));
    const isParents = (pid: number, share: number) =>
      shown.get(parentOf(pid)) === share && share > ownShare * (residentOf.get(pid) ?? 0);
    const now = new Map([...shown].filter(([pid, share]) => !isParents(pid, share)));
    const looks = [now, ...before].slice(0, looksMin);
    before = looks;
    if (looks.length < looksMin) return 0;
    let kilobytes = 0;
    for (const pid of now.keys()) kilobytes += Math.min(...looks.map((shares) => shares.get(pid) ?? 0));
    return kilobytes;
  };
}

function readParent(pid: number): number {
  return readField(readProcIfLet(`/proc/${pid}/status`), "PPid");
}

/** Undefined where the kernel does not say, or the process does not let itself be looked at. */
function readShareKilobytes(pid: number): number | undefined {
  const rollup = readProcIfLet(`/proc/${pid}/smaps_rollup`);
  if (!rollup.includes("\nPss_Anon:")) return undefined;
  return readField(rollup, "Pss_Anon") + readField(rollup, "Pss_Shmem");
}
