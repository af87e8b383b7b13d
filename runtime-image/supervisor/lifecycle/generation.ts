/**
 * One life of the runtime process and its extensions: started, initialised, invoked, ended. A reset ends a generation; the
 * next one starts afresh, with `/tmp` as it was left. What happens to it arrives in one mailbox.
 */
import type { Readable } from "node:stream";
import { type ClockDep, within } from "../clock/clock.ts";
import { endExtensions } from "../extensions/end.ts";
import type { ShutdownReason } from "../extensions/event.ts";
import { type LaunchedExtension, launchErrorType, launchExtensions } from "../extensions/launch.ts";
import { createExtensionSession, type ExtensionSession } from "../extensions/session.ts";
import { extensionsMax, killMsMax, logDrainMsMax } from "../limits.ts";
import { drain } from "../log/drain.ts";
import type { Capture, Journal, LineSource } from "../log/journal.ts";
import { type CpuWait, openCpuWait } from "../process/cpu-wait.ts";
import { describeEnding, describeExtensionEnding, type Ending } from "../process/ending.ts";
import { oomKills } from "../process/oom-kills.ts";
import { openPeakMemory, type PeakMemory } from "../process/peak.ts";
import { type RuntimeProcess, startProcess } from "../process/start.ts";
import { walkStorage } from "../process/storage.ts";
import { openUsage } from "../process/usage.ts";
import type { Answer, InitFailure } from "../runtime-api/invocation.ts";
import { createSession, type Session } from "../runtime-api/session.ts";
import type { Taken } from "./ahead.ts";
import { type Excess, outOfMemory } from "./excess.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";
import type { GenerationPlan } from "./plan.ts";
import { createWatch } from "./watch.ts";

export type RuntimeEvent =
  | { kind: "ready" }
  | { kind: "restored" }
  | { kind: "initFailed"; failure: InitFailure }
  | { kind: "answered"; answer: Answer }
  /** An extension asked for its next event: perhaps all are done. */
  | { kind: "extensionsIdle" }
  /** The runtime or an extension ended, or could not be started. */
  | { kind: "failed"; errorType: string; message: string }
  | { kind: "timeout" }
  | { kind: "exceeded"; excess: Excess };

export interface GenerationDeps extends ClockDep {
  /** The folder whose size is the function's ephemeral storage. */
  scratch: string;
}

export interface Generation {
  session: Session;
  extensions: ExtensionSession;
  events: Mailbox<RuntimeEvent>;
  /** False once the runtime or an extension is gone, or more was taken than was given. */
  alive(): boolean;
  /** Watches what it holds until the result is called. */
  watch(): () => void;
  /** What it took too much of. */
  excess(): Excess | undefined;
  /** The most it has held, in MB. */
  memoryPeakMb(): number;
  /** How long it and we have stood in the line for a CPU since the runtime was started, in ms. */
  cpuWaitMs(): number;
  /** Lets the lines written so far arrive. */
  drainLog(): Promise<void>;
  /** Ends everything it started, with its extensions' leave, and waits until the processes are gone. */
  stop(reason: ShutdownReason): Promise<void>;
}

/** `ahead`: the process that waited for this, to be used instead of a new one. */
export function startGeneration(
  deps: GenerationDeps,
  plan: GenerationPlan,
  journal: Journal,
  ahead?: Taken,
): Generation {
  const events = createMailbox<RuntimeEvent>();
  const session = createSession({
    ready: () => events.push({ kind: "ready" }),
    restored: () => events.push({ kind: "restored" }),
    initFailed: (failure) => events.push({ kind: "initFailed", failure }),
    answered: (answer) => events.push({ kind: "answered", answer }),
  });
  const launched = launchExtensions(plan.extensions);
  const names = launched.map(({ name }) => name);
  const extensions = createExtensionSession(names, plan.facts, {
    registered: startRuntime,
    idle: () => events.push({ kind: "extensionsIdle" }),
    told: (errorType) => {
      told ??= errorType;
    },
  });
  const closed: Array<Promise<void>> = [];
  const captures: Capture[] = [];
  const oomKillsBefore = ahead?.oomKillsBefore ?? oomKills();
  let runtime: RuntimeProcess | undefined;
  let runtimePeak: PeakMemory | undefined;
  let isAlive = true;
  let isStopping = false;
  /** The first error an extension told: it explains the end of whatever ends next. */
  let told: string | undefined;
  let found: Excess | undefined;
  let peakMb = 0;
  let cpuWait: CpuWait | undefined;

  function capture(process: RuntimeProcess, source: LineSource): void {
    closed.push(once(process.stdout), once(process.stderr));
    captures.push(journal.capture([process.stdout, process.stderr], source));
  }

  function fail(errorType: string, message: string): void {
    isAlive = false;
    if (!isStopping) events.push({ kind: "failed", errorType, message });
  }

  function startRuntime(): void {
    if (!isAlive || isStopping) return;
    runtime = ahead?.process ?? startProcess(plan.command);
    capture(runtime, "function");
    // Before all that only watches it: the function's INIT and our own work go on beside each other.
    ahead?.handOver();
    runtimePeak = openPeakMemory(runtime.pid);
    cpuWait = openCpuWait([process.pid, runtime.pid]);
    void runtime.ended.then(runtimeEnded);
  }

  function runtimeEnded(ending: Ending): void {
    runtimePeak?.close();
    cpuWait?.close();
    const isKilled = ending.kind === "signal" && ending.signal === "SIGKILL";
    if (isKilled && !isStopping && oomKills() > oomKillsBefore) {
      isAlive = false;
      exceeded(outOfMemory);
    } else {
      const { errorType, message } = describeEnding(ending);
      fail(told ?? errorType, message);
    }
  }

  function extensionEnded({ name }: LaunchedExtension, ending: Ending): void {
    const { errorType, message } = describeExtensionEnding(ending);
    if (ending.kind === "entrypoint") extensions.launchFailed(name, launchErrorType(ending));
    fail(told ?? errorType, message);
  }

  for (const extension of launched) {
    capture(extension.process, "extension");
    void extension.process.ended.then((ending) => extensionEnded(extension, ending));
  }
  if (plan.extensions.paths.length > extensionsMax) {
    fail("Extension.LaunchError", `Extension limit (${extensionsMax}) reached`);
  }
  if (launched.length === 0) startRuntime();

  function exceeded(excess: Excess): void {
    found = excess;
    events.push({ kind: "exceeded", excess });
  }

  const watch = createWatch(
    {
      clock: deps.clock,
      usage: openUsage(() => runtime?.pid ?? 0),
      storage: walkStorage(deps.scratch),
      exceeded,
    },
    plan.allowed,
  );

  function memoryPeakMb(): number {
    // What the kernel remembers may be a little too much; more than it was given is what a look has seen.
    const mostMb = found === outOfMemory ? Number.POSITIVE_INFINITY : plan.allowed.memorySizeMb;
    peakMb = Math.max(peakMb, watch.peakMb(), Math.min(mostMb, runtimePeak?.readMb() ?? 0));
    return peakMb;
  }

  return {
    session,
    extensions,
    events,
    watch: watch.start,
    excess: () => found,
    memoryPeakMb,
    cpuWaitMs: () => cpuWait?.readMs() ?? 0,
    alive: () => isAlive && found === undefined,
    async drainLog() {
      const runtimes = captures.at(-1);
      if (!isAlive) await within(deps.clock, logDrainMsMax, Promise.all(closed));
      // Half a line whose rest is still in the pipe must stay half.
      else if (runtimes !== undefined && !(await drain(deps.clock, runtimes))) return;
      for (const one of isAlive ? captures.slice(-1) : captures) one.flush();
    },
    async stop(reason) {
      isStopping = true;
      memoryPeakMb();
      await endExtensions(deps.clock, { runtime, session: extensions, launched }, reason);
      const processes = [
        ...(runtime === undefined ? [] : [runtime]),
        ...launched.map(({ process }) => process),
      ];
      for (const process of processes) process.kill();
      let isGone = false;
      const gone = Promise.all(processes.map(({ ended }) => ended)).then(() => {
        isGone = true;
      });
      await within(deps.clock, killMsMax, gone);
      isAlive = false;
      if (!isGone) throw new Error("a process outlived SIGKILL");
    },
  };
}

function once(stream: Readable): Promise<void> {
  return new Promise((resolve) => stream.once("close", resolve));
}
