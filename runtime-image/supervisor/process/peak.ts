/** The most a process has ever had resident, which the kernel remembers. */
import { closeSync } from "node:fs";
import { openProc, readOpenProc } from "./proc.ts";
import { readField } from "./status.ts";

export interface PeakMemory {
  /** Peak resident memory in MB, rounded up; what it last was once the process is gone. */
  readMb(): number;
  close(): void;
}

/** Enough of /proc/<pid>/status for VmHWM: what stands before it is of bounded length. */
const statusBytesMax = 2048;

/** Reads the peak of one process from a file kept open: every invocation asks. */
export function openPeakMemory(pid: number): PeakMemory {
  let file = openProc(`/proc/${pid}/status`);
  const buffer = Buffer.allocUnsafe(statusBytesMax);
  let peakMb = 0;
  return {
    readMb() {
      if (file === undefined) return peakMb;
      const text = buffer.toString("latin1", 0, readOpenProc(file, buffer));
      peakMb = Math.ceil(readField(text, "VmHWM") / 1024) || peakMb;
      return peakMb;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
