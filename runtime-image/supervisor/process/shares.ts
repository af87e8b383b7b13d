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

/**
 * A child between vfork and exec has no copy of its parent's memory but that memory itself, and shows all of it as its own.
 * It is there for a moment only, so what counts is what a process held at several looks in a row.
 */
export function createShares(readShare = readShareKilobytes): Shares {
  let before: ReadonlyMap<number, number>[] = [];
  return (residentOf) => {
    const now = new Map([...residentOf].map(([pid, resident]) => [pid, readShare(pid) ?? resident]));
    const looks = [now, ...before].slice(0, looksMin);
    before = looks;
    if (looks.length < looksMin) return 0;
    let kilobytes = 0;
    for (const pid of now.keys()) kilobytes += Math.min(...looks.map((shares) => shares.get(pid) ?? 0));
    return kilobytes;
  };
}

/** Undefined where the kernel does not say, or the process does not let itself be looked at. */
function readShareKilobytes(pid: number): number | undefined {
  const rollup = readProcIfLet(`/proc/${pid}/smaps_rollup`);
  if (!rollup.includes("\nPss_Anon:")) return undefined;
  return readField(rollup, "Pss_Anon") + readField(rollup, "Pss_Shmem");
}
