/**
 * Where the time of a cold start went, from marks of the gateway's clock and what the environment says of itself. Pure.
 *
 * wait: in line until an environment was claimed or a pod asked for. claim: until it has its assignment, for a pod until it
 * dialled home. code: until the code is in place. init: the function's own INIT. first_byte: from there to the answer's begin.
 */

export const startPhases = ["wait", "claim", "code", "init", "first_byte"] as const;
export type StartPhase = (typeof startPhases)[number];

/** pool: a claimed environment whose process was ready. restart: claimed, its process begun anew. pod: made for it. */
export const startWays = ["pool", "restart", "pod"] as const;
export type StartWay = (typeof startWays)[number];

export interface ColdStart {
  way: StartWay;
  /** When the request came; set when it is sent to the environment. */
  wantedAtMs?: number;
  /** When the environment was chosen, or its pod asked for. */
  decidedAtMs: number;
  /** When it was told. */
  assignedAtMs: number;
  /** What the environment said, and when. */
  ready?: { atMs: number; codeMs: number; initMs: number };
}

/** Undefined when the request met an environment that was ready before it: that was no cold start of its own. */
export function phasesOf(start: ColdStart, firstByteAtMs: number): Record<StartPhase, number> | undefined {
  const { wantedAtMs, assignedAtMs, ready } = start;
  if (wantedAtMs === undefined || ready === undefined) return undefined;
  // A request may join a start that others caused: its own time begins with it.
  const decidedAtMs = Math.max(wantedAtMs, start.decidedAtMs);
  const inside = Math.max(0, ready.atMs - assignedAtMs);
  const code = Math.min(ready.codeMs, inside);
  const init = Math.min(ready.initMs, inside - code);
  return {
    wait: decidedAtMs - wantedAtMs,
    claim: Math.max(0, ready.atMs - decidedAtMs - code - init),
    code,
    init,
    first_byte: firstByteAtMs - ready.atMs,
  };
}
