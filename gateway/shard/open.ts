/** A gateway's requests without an environment, by the name under which the placer was asked. */
import type { Refusal } from "../placer/state.ts";
import { shardLimits } from "./limits.ts";
import type { OpenWant, ShardState } from "./state.ts";

export function attemptOf(wantId: string, serial: number): string {
  return `${wantId}~${serial}`;
}

/** Why one more cannot wait here. A placer bounds its own line; without one, its requests wait where they came. */
export function overRoom({ open, openBytes, options }: ShardState, bytes: number): Refusal | undefined {
  if (open.size >= shardLimits.placerlessMax) return { kind: "full", what: "requests" };
  return openBytes + bytes > options.waitingBytesMax ? { kind: "full", what: "bytes" } : undefined;
}

export function add(state: ShardState, open: OpenWant): void {
  state.open.set(open.want.id, open);
  state.openBytes += open.want.bytes;
}

export function drop(state: ShardState, open: OpenWant): void {
  if (state.open.delete(open.want.id)) state.openBytes -= open.want.bytes;
}

/** The answer to an attempt, if that is still the one that counts; the request is then no longer open. */
export function settle(state: ShardState, attempt: string, by: string): OpenWant | undefined {
  const id = attempt.slice(0, attempt.lastIndexOf("~"));
  const open = state.open.get(id);
  if (open === undefined || open.attempt !== attempt || open.at !== by) return undefined;
  drop(state, open);
  return open;
}
