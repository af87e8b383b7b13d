/** A gateway that asked for others is gone: its wants with it; what it was granted is asked back from the environments. */
import type { Decision } from "./event.ts";
import { dropHeld } from "./hold.ts";
import { returnPermit } from "./permit.ts";
import { dropWaiter } from "./serve.ts";
import type { Environment, PlacerState } from "./state.ts";

export function askerGone(state: PlacerState, from: string, out: Decision[]): void {
  for (const { want } of [...state.held.values()]) if (want.from === from) dropHeld(state, want.id);
  for (const revision of new Set(state.waiters.values())) {
    for (const waiter of [...revision.waiting.values()]) {
      if (waiter.want.from !== from) continue;
      dropWaiter(state, revision, waiter);
      returnPermit(waiter.permit);
    }
  }
  for (const environment of state.environments.values()) {
    const { work } = environment;
    if (work.state === "busy" && work.permit.from === from) orphan(environment, work.grant, out);
  }
}

/** Asked back now, or when its link is there again. */
export function orphan(environment: Environment | undefined, grant: string, out: Decision[]): void {
  if (environment?.work.state !== "busy" || environment.work.grant !== grant) return;
  environment.work.orphaned = true;
  if (environment.linked) out.push({ type: "recall", environmentId: environment.id, grant });
}
