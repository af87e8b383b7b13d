/** What INIT tells of itself, in Lambda's order: the runtime done, each extension, the report. */

import type { InitPhase } from "../log/event.ts";
import type { Journal } from "../log/journal.ts";
import type { Generation } from "./generation.ts";
import type { InitOutcome } from "./init.ts";

export interface InitStory {
  /** The runtime asked for its first event; extensions may still be at it. */
  runtimeDone(): void;
  over(outcome: InitOutcome, durationMs: number): void;
}

export function tellInit(
  journal: Pick<Journal, "platform">,
  { extensions }: Pick<Generation, "extensions">,
  init: { phase: InitPhase; initializationType: string },
): InitStory {
  let isDone = false;

  function done(status: string, errorType?: string): void {
    if (isDone) return;
    isDone = true;
    const type = errorType === undefined ? {} : { errorType };
    journal.platform({ type: "initRuntimeDone", ...init, status, ...type });
  }

  return {
    runtimeDone: () => done("success"),
    over(outcome, durationMs) {
      const errorType = outcome.status === "error" ? { errorType: outcome.errorType } : {};
      done(outcome.status, errorType.errorType);
      for (const { name, state, subscriptions, errorType: type } of extensions.all()) {
        const told = type === undefined ? {} : { errorType: type };
        journal.platform({ type: "extension", name, state, events: subscriptions, ...told });
      }
      journal.platform({ type: "initReport", ...init, durationMs, status: outcome.status, ...errorType });
    },
  };
}
