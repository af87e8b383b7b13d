/**
 * How long processes that could have run stood in the line for a CPU. The placer is told: on a node whose CPUs are all busy
 * invocations take long though another environment would serve nobody sooner.
 */
import { closeSync } from "node:fs";
import { openProc, readOpenProc } from "./proc.ts";

export interface CpuWait {
  /** Of their main threads since they were started, in ms; what it last was once they are gone. */
  readMs(): number;
  close(): void;
}

/** `/proc/<pid>/schedstat`: ns on a CPU, ns in the line for one, turns. A kernel without it says nothing, which counts as no wait. */
const statBytesMax = 80;
const nsPerMs = 1e6;

export function openCpuWait(pids: readonly number[]): CpuWait {
  const buffer = Buffer.allocUnsafe(statBytesMax);
  const waits = pids.map((pid) => ({ file: openProc(`/proc/${pid}/schedstat`), ns: 0 }));
  return {
    readMs() {
      let sumNs = 0;
      for (const wait of waits) {
        if (wait.file !== undefined) wait.ns = secondOf(wait.file, buffer) ?? wait.ns;
        sumNs += wait.ns;
      }
      return sumNs / nsPerMs;
    },
    close() {
      for (const wait of waits) {
        if (wait.file !== undefined) closeSync(wait.file);
        wait.file = undefined;
      }
    },
  };
}

function secondOf(file: number, buffer: Buffer): number | undefined {
  const second = buffer.toString("latin1", 0, readOpenProc(file, buffer)).split(" ")[1];
  return second === undefined ? undefined : Number(second);
}
