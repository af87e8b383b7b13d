/**
 * What a function's processes hold when a page that several share counts once: the sum of their proportional shares. The kernel
 * walks every page for it, tens of milliseconds a gigabyte, so it is asked only where nothing cheaper can tell.
 */
import { readProcIfLet } from "./proc.ts";
import { readField } from "./status.ts";

/** From what each process has resident to what they hold together, in kilobytes. */
export type Shares = (residentOf: ReadonlyMap<number, number>) => number;

/**
 * A child between vfork and exec has no copy of its parent's memory but that memory itself, and shows all of it as its own.
 * It is there for a moment only, so what counts is what a process held at two looks.
 */
export function createShares(readShare = readShareKilobytes): Shares {
  let before: ReadonlyMap<number, number> = new Map();
  return (residentOf) => {
    const now = new Map([...residentOf].map(([pid, resident]) => [pid, readShare(pid) ?? resident]));
    let kilobytes = 0;
    for (const [pid, share] of now) kilobytes += Math.min(share, before.get(pid) ?? 0);
    before = now;
    return kilobytes;
  };
}

/** Undefined where the kernel does not say, or the process does not let itself be looked at. */
function readShareKilobytes(pid: number): number | undefined {
  const rollup = readProcIfLet(`/proc/${pid}/smaps_rollup`);
  if (!rollup.includes("\nPss_Anon:")) return undefined;
  return readField(rollup, "Pss_Anon") + readField(rollup, "Pss_Shmem");
}
