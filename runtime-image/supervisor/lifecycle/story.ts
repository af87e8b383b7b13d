/**
 * What INIT tells of itself, in Lambda's order: the runtime done, each extension, the report. A runtime that asks for its restore has
 * ended its part of INIT before it, and tells of the restore in between.
 */
import type { ClockDep } from "../clock/clock.ts";
import type { Journal } from "../log/journal.ts";
import type { Generation } from "./generation.ts";
import type { InitListener, InitOutcome } from "./init.ts";
import type { InitStart } from "./runtime-version.ts";

export interface InitStory extends InitListener {
  over(outcome: InitOutcome, durationMs: number): void;
}

export interface StoryDeps extends ClockDep {
  journal: Pick<Journal, "platform">;
}

export function tellInit(
  { journal, clock }: StoryDeps,
  { extensions }: Pick<Generation, "extensions">,
  { phase, initializationType, runtime, runtimeArn, functionName, version }: InitStart,
): InitStory {
  const init = { phase, initializationType };
  let isDone = false;
  let restoringSinceMs: number | undefined;

  function done(status: string, errorType?: string): void {
    if (isDone) return;
    isDone = true;
    journal.platform({ type: "initRuntimeDone", ...init, status, ...told(errorType) });
  }

  function restoreDone(status: string, errorType?: string): void {
    if (restoringSinceMs === undefined) return;
    const durationMs = clock.elapsed() - restoringSinceMs;
    restoringSinceMs = undefined;
    journal.platform({ type: "restoreRuntimeDone", status, ...told(errorType) });
    journal.platform({ type: "restoreReport", status, durationMs, ...told(errorType) });
  }

  return {
    restored() {
      done("success");
      restoringSinceMs = clock.elapsed();
      journal.platform({ type: "restoreStart", runtime, runtimeArn, functionName, version });
    },
    runtimeDone() {
      restoreDone("success");
      done("success");
    },
    over(outcome, durationMs) {
      const { status } = outcome;
      const errorType = outcome.status === "error" ? outcome.errorType : undefined;
      restoreDone(status, errorType);
      done(status, errorType);
      for (const { name, state, subscriptions, errorType: type } of extensions.all()) {
        journal.platform({ type: "extension", name, state, events: subscriptions, ...told(type) });
      }
      journal.platform({ type: "initReport", ...init, durationMs, status, ...told(errorType) });
    },
  };
}

const told = (errorType: string | undefined) => (errorType === undefined ? {} : { errorType });
