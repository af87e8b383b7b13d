/** The most a process has held, measured as the limit is: anonymous and shared pages, not those of files. */
import { closeSync } from "node:fs";
import { openProc, readOpenProc } from "./proc.ts";
import { readField, readResident } from "./status.ts";

export interface PeakMemory {
  /** In MB, rounded up; what it last was once the process is gone. */
  readMb(): number;
  close(): void;
}

/** Enough of /proc/<pid>/status for the fields of memory: what stands before them is of bounded length. */
const statusBytesMax = 2048;

/** Reads the peak of one process from a file kept open: every invocation asks. */
export function openPeakMemory(pid: number): PeakMemory {
  let file = openProc(`/proc/${pid}/status`);
  const buffer = Buffer.allocUnsafe(statusBytesMax);
  const peakOf = createPeak();
  let peakMb = 0;
  return {
    readMb() {
      if (file === undefined) return peakMb;
      peakMb = Math.ceil(peakOf(buffer.toString("latin1", 0, readOpenProc(file, buffer))) / 1024);
      return peakMb;
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/**
 * From one status after the other to the peak so far, in kilobytes. Of the time between two the kernel remembers only the most that
 * was resident, files among it: the most that was seen of those is taken off, so that a program's own text does not count. Files
 * that were mapped and gone between two looks still do.
 */
export function createPeak(): (status: string) => number {
  let files = 0;
  let peak = 0;
  return (status) => {
    const { anonymous, shared } = readResident(status);
    files = Math.max(files, readField(status, "RssFile"));
    peak = Math.max(peak, anonymous + shared, readField(status, "VmHWM") - files);
    return peak;
  };
}
