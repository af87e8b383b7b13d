/**
 * One life of the runtime process: started, initialised, invoked, ended. A reset ends a generation; the next one starts
 * afresh, with `/tmp` as it was left. What happens to it arrives in one mailbox.
 */
import type { Readable } from "node:stream";
import type { ClockDep } from "../clock/clock.ts";
import { killMsMax, logDrainMsMax, memoryPollMs, memoryPollNearMs } from "../limits.ts";
import { drain } from "../log/drain.ts";
import type { Journal } from "../log/journal.ts";
import type { Ending } from "../process/ending.ts";
import { functionMemoryMb, oomKills, peakMemoryMb } from "../process/memory.ts";
import { type RuntimeCommand, startProcess } from "../process/start.ts";
import type { Answer, InitFailure } from "../runtime-api/invocation.ts";
import { createSession, type Session } from "../runtime-api/session.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

export type RuntimeEvent =
  | { kind: "ready" }
  | { kind: "initFailed"; failure: InitFailure }
  | { kind: "answered"; answer: Answer }
  | { kind: "ended"; ending: Ending }
  | { kind: "timeout" }
  | { kind: "outOfMemory" };

export interface Generation {
  session: Session;
  events: Mailbox<RuntimeEvent>;
  /** False once the process is gone. */
  alive(): boolean;
  /** Watches memory until the result is called. */
  watch(): () => void;
  /** The most it has held, in MB. */
  memoryPeakMb(): number;
  /** Lets the lines written so far arrive. */
  drainLog(): Promise<void>;
  /** Ends everything it started, and waits until the process is gone. */
  stop(): Promise<void>;
}

export function startGeneration(
  deps: ClockDep,
  command: RuntimeCommand,
  memorySizeMb: number,
  journal: Journal,
): Generation {
  const events = createMailbox<RuntimeEvent>();
  const session = createSession({
    ready: () => events.push({ kind: "ready" }),
    initFailed: (failure) => events.push({ kind: "initFailed", failure }),
    answered: (answer) => events.push({ kind: "answered", answer }),
  });
  const runtime = startProcess(command);
  const output = journal.capture([runtime.stdout, runtime.stderr]);
  let isAlive = true;
  let peakMb = 0;
  const oomKillsBefore = oomKills();
  const ended = runtime.ended.then((ending) => {
    isAlive = false;
    const isKilled = ending.kind === "signal" && ending.signal === "SIGKILL";
    const isOutOfMemory = isKilled && oomKills() > oomKillsBefore;
    events.push(isOutOfMemory ? { kind: "outOfMemory" } : { kind: "ended", ending });
  });

  function memoryPeakMb(): number {
    peakMb = Math.max(peakMb, peakMemoryMb(runtime.pid));
    return peakMb;
  }

  function watch(): () => void {
    let cancel = deps.clock.after(memoryPollMs, look);
    function look(): void {
      const usedMb = functionMemoryMb(runtime.pid);
      peakMb = Math.max(peakMb, Math.ceil(usedMb));
      if (usedMb > memorySizeMb) events.push({ kind: "outOfMemory" });
      else cancel = deps.clock.after(usedMb > memorySizeMb / 2 ? memoryPollNearMs : memoryPollMs, look);
    }
    return () => cancel();
  }

  const streamsEnded = Promise.all([once(runtime.stdout), once(runtime.stderr)]);

  return {
    session,
    events,
    watch,
    memoryPeakMb,
    alive: () => isAlive,
    async drainLog() {
      if (!isAlive) await within(deps, logDrainMsMax, streamsEnded);
      // Half a line whose rest is still in the pipe must stay half.
      else if (!(await drain(deps.clock, output))) return;
      output.flush();
    },
    async stop() {
      memoryPeakMb();
      runtime.kill();
      await within(deps, killMsMax, ended);
      if (isAlive) throw new Error("the runtime process outlived SIGKILL");
    },
  };
}

function once(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once("close", resolve));
}

/** Waits for the promise, but no longer than this. */
function within(deps: ClockDep, msMax: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = deps.clock.after(msMax, resolve);
    promise.then(() => {
      cancel();
      resolve();
    }, reject);
  });
}
