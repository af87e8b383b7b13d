/** The placer inside its gateway: its decisions go to environments, to Kubernetes, and to whichever gateway asked. */
import type { Decision, PlacerEvent } from "../placer/event.ts";
import { step } from "../placer/step.ts";
import type { Granted, ShardAction } from "./event.ts";
import { askNext } from "./next.ts";
import { settle } from "./open.ts";
import type { ShardState } from "./state.ts";

/** Does nothing while this gateway is not the placer: what it would have been told, the next placer learns for itself. */
export function runPlacer(state: ShardState, event: PlacerEvent, nowMs: number, out: ShardAction[]): void {
  if (state.seat.at !== "placing") return;
  const { placer, epoch } = state.seat;
  for (const decision of step(placer, event, nowMs)) carryOut(state, decision, epoch, nowMs, out);
}

function carryOut(
  state: ShardState,
  decision: Decision,
  epoch: number,
  nowMs: number,
  out: ShardAction[],
): void {
  switch (decision.type) {
    case "grant": {
      const { wantId, to, environmentId, grant, target, assigned } = decision;
      if (assigned) countClaim(state, environmentId);
      const granted: Granted = { by: state.self, environmentId, grant, epoch, target, assigned };
      if (to !== state.self) {
        out.push({ type: "toClient", peer: to, message: { type: "grant", wantId, granted } });
        return;
      }
      const open = settle(state, wantId, state.self);
      if (open === undefined)
        runPlacer(state, { type: "unused", environmentId, grant, sent: false }, nowMs, out);
      else out.push({ type: "launch", wantId: open.want.id, granted });
      return;
    }
    case "refuse": {
      const { wantId, to, refusal } = decision;
      if (to !== state.self) {
        out.push({ type: "toClient", peer: to, message: { type: "refuse", wantId, refusal } });
        return;
      }
      const open = settle(state, wantId, state.self);
      if (open !== undefined) out.push({ type: "refuse", wantId: open.want.id, refusal });
      return;
    }
    case "assign":
      countClaim(state, decision.environmentId);
      out.push({ ...decision, epoch });
      return;
    case "recall":
    case "dismiss":
      out.push({ ...decision, epoch });
      return;
    case "create":
      if (decision.target.poolShape !== undefined) state.poolMisses++;
      out.push(decision);
      return;
    case "confirm":
      askNext(state, nowMs, out);
      return;
  }
}

/** Those with a pod of their own were nobody else's to claim. */
function countClaim(state: ShardState, environmentId: string): void {
  const environment = state.seat.at === "placing" && state.seat.placer.environments.get(environmentId);
  if (environment && !environment.dedicated) state.poolClaims++;
}
