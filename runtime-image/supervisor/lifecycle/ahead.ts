/**
 * The runtime process that is started before a function is known. It rehearses: answers a few made-up events through its own
 * Runtime API client, so that the assignment finds warm paths and an open connection. It holds nothing of anyone's; what it
 * was started with and cannot change decides whether it can become a function's process or a new one is started.
 */
import type { ClockDep } from "../clock/clock.ts";
import { aheadStartsMax } from "../limits.ts";
import type { RuntimeCommand, RuntimeProcess } from "../process/start.ts";
import type { Session } from "../runtime-api/session.ts";
import type { GenerationPlan } from "./plan.ts";
import { type Rehearsal, startRehearsal } from "./rehearsal.ts";
import { cannotTake } from "./take.ts";

/** A process that waits and will do. */
export interface Taken {
  process: RuntimeProcess;
  /** What the kernel had killed for memory when it began to wait. */
  oomKillsBefore: number;
  /** Tells it what it now is; its INIT begins. */
  handOver(): void;
}

export interface Ahead {
  /** What the Runtime API is to the process that waits. */
  session(): Session | undefined;
  /** Settles when a process waits, or when there is none to wait for any more. */
  ready: Promise<void>;
  /** The process, if it can take this; undefined, and the process killed, if one must be started anew. */
  take(plan: GenerationPlan, startOnly: readonly string[] | undefined): Promise<Taken | undefined>;
  stop(): void;
}

export interface AheadDeps extends ClockDep {
  note(message: string): void;
}

export function startAhead(deps: AheadDeps, command: RuntimeCommand, rounds: number): Ahead {
  const ready = Promise.withResolvers<void>();
  let rehearsal: Rehearsal | undefined;
  let isOver = false;

  /** Its end while it waits is nobody's loss: another one takes its place. */
  async function keep(): Promise<void> {
    for (let starts = 0; starts < aheadStartsMax && !isOver; starts++) {
      const current = startRehearsal(deps, command, rounds);
      rehearsal = current;
      if (await current.rehearsed) ready.resolve();
      else current.process.kill();
      await current.process.ended;
      if (!isOver) deps.note("the process that waited for its function ended");
    }
    rehearsal = undefined;
    ready.resolve();
  }
  void keep();

  function reasonNot(current: Rehearsal, plan: GenerationPlan, startOnly: readonly string[] | undefined) {
    if (!current.waits()) return "it has ended";
    if (plan.extensions.paths.length > 0) return "extensions start before it";
    // The loader never looks again in a folder that was not there when it first looked.
    if (plan.libraries.length > 0) return `libraries came to ${plan.libraries.join(", ")}`;
    return cannotTake(command.variables, plan.command.variables, startOnly);
  }

  return {
    ready: ready.promise,
    session: () => rehearsal?.session,
    stop() {
      isOver = true;
      rehearsal?.process.kill();
    },
    async take(plan, startOnly) {
      await ready.promise;
      isOver = true;
      const current = rehearsal;
      rehearsal = undefined;
      if (current === undefined) return undefined;
      const reason = reasonNot(current, plan, startOnly);
      if (reason === undefined)
        return {
          process: current.process,
          oomKillsBefore: current.oomKillsBefore(),
          handOver: () => current.handOver(plan.command),
        };
      deps.note(`the process that waited is replaced: ${reason}`);
      // Its last breath need not be waited for: nothing of a function ever ran in it.
      current.process.kill();
      return undefined;
    },
  };
}
