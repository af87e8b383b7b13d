/**
 * The few system calls node has no name for. Undumpable: without it the function, which runs as the same user, could read
 * our memory, and with it the link's key. Subreaper and `reap`: as PID 1 we inherit orphans, and must let them go.
 */
import { dlopen, ptr } from "bun:ffi";
import { openFilesMax } from "../limits.ts";

const prSetDumpable = 4;
const prSetChildSubreaper = 36;
const prSetNoNewPrivileges = 38;
const resourceCore = 4;
const resourceFiles = 7;
const waitAll = 0;
const waitNoHang = 1;
const waitExited = 4;
const waitNoWait = 0x0100_0000;
/** Where siginfo_t has si_pid, in 32-bit words, on 64-bit Linux. */
const pidWord = 4;
const siginfoWords = 32;
/** Orphans let go in one go. */
const reapMax = 256;

export interface Libc {
  /** Throws when the kernel refuses: user code must then not be started. */
  harden(): void;
  /**
   * Lets go of ended processes that are not `child`, whose end is its owner's to collect. True when there may be more: one
   * signal stands for any number of ends.
   */
  reap(isChild: (pid: number) => boolean): boolean;
}

export function openLibc(): Libc {
  const { symbols } = dlopen("libc.so.6", {
    prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
    setrlimit: { args: ["i32", "ptr"], returns: "i32" },
    waitid: { args: ["i32", "i32", "ptr", "i32"], returns: "i32" },
    waitpid: { args: ["i32", "ptr", "i32"], returns: "i32" },
  });
  return {
    harden() {
      const results = [
        symbols.prctl(prSetDumpable, 0, 0, 0, 0),
        symbols.prctl(prSetChildSubreaper, 1, 0, 0, 0),
        symbols.prctl(prSetNoNewPrivileges, 1, 0, 0, 0),
        // Inherited by all we start: a crash is told at once, not after its memory was written into the function's folder.
        symbols.setrlimit(resourceCore, ptr(new BigUint64Array([0n, 0n]))),
        // The hard limit too: a runtime may not raise it again. We ourselves stay far below.
        symbols.setrlimit(resourceFiles, ptr(new BigUint64Array([openFilesMax, openFilesMax]))),
      ];
      if (results.some((result) => result !== 0))
        throw new Error(`prctl or setrlimit was refused: ${results.join(", ")}`);
    },
    reap(isChild) {
      for (let count = 0; count < reapMax; count++) {
        const info = new Int32Array(siginfoWords);
        const result = symbols.waitid(waitAll, 0, ptr(info), waitExited | waitNoHang | waitNoWait);
        const pid = info[pidWord] ?? 0;
        if (result !== 0 || pid === 0) return false;
        // The kernel shows one at a time: those behind it are seen once its owner has collected it.
        if (isChild(pid)) return true;
        symbols.waitpid(pid, null, waitNoHang);
      }
      return true;
    },
  };
}
