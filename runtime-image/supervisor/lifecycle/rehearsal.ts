/** A process that waits, and its rehearsal: made-up events, answered by the bootstrap itself, whose answers nobody gets. */
import type { ClockDep } from "../clock/clock.ts";
import { aheadMsMax } from "../limits.ts";
import { oomKills } from "../process/oom-kills.ts";
import { type RuntimeCommand, type RuntimeProcess, startProcess } from "../process/start.ts";
import { createSession, type Session } from "../runtime-api/session.ts";
import { assignmentDelivery, madeUpDelivery } from "./delivery.ts";

export interface Rehearsal {
  process: RuntimeProcess;
  session: Session;
  /** False when it cannot: it ended, answered with an error, or took too long. */
  rehearsed: Promise<boolean>;
  /** True while it has rehearsed and lives. */
  waits(): boolean;
  /** What the kernel had killed for memory before a function came. */
  oomKillsBefore(): number;
  /** Instead of an event: what it now is. Its next call is the function's first. */
  handOver(command: RuntimeCommand): void;
}

export function startRehearsal(
  { clock, note }: ClockDep & { note(message: string): void },
  command: RuntimeCommand,
  rounds: number,
): Rehearsal {
  const process = startProcess(command);
  const { promise: rehearsed, resolve } = Promise.withResolvers<boolean>();
  let round = 0;
  let oomKillsBefore = 0;
  let state: "rehearsing" | "waiting" | "over" = "rehearsing";

  function end(isGood: boolean): void {
    if (state === "rehearsing") resolve(isGood);
    state = isGood ? "waiting" : "over";
    if (isGood) oomKillsBefore = oomKills();
    cancel();
  }
  const cancel = clock.after(aheadMsMax, () => end(false));
  const session = createSession({
    ready() {
      if (state !== "rehearsing") return;
      if (round++ < rounds) session.deliver(madeUpDelivery());
      else end(true);
    },
    // Ours do not ask; one that does is not one of ours.
    restored: () => end(false),
    initFailed: () => end(false),
    answered({ kind }) {
      if (kind !== "response") end(false);
    },
  });
  void process.ended.then(() => end(false));
  // It has nothing to say yet; if it does, that is ours to know and never a function's log.
  const tell = (bytes: Uint8Array) => note(`before its function: ${Buffer.from(bytes).toString().trimEnd()}`);
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on("data", tell);

  return {
    process,
    session,
    rehearsed,
    waits: () => state === "waiting",
    oomKillsBefore: () => oomKillsBefore,
    handOver({ variables, workingDirectory }) {
      state = "over";
      for (const stream of streams) stream.off("data", tell);
      session.deliver(assignmentDelivery({ variables, workingDirectory }));
    },
  };
}
