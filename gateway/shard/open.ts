/** A gateway's requests without an environment, by the name under which the placer was asked. */
import type { OpenWant, ShardState } from "./state.ts";

export function attemptOf(wantId: string, serial: number): string {
  return `${wantId}~${serial}`;
}

/** The answer to an attempt, if that is still the one that counts; the request is then no longer open. */
export function settle(state: ShardState, attempt: string, by: string): OpenWant | undefined {
  const id = attempt.slice(0, attempt.lastIndexOf("~"));
  const open = state.open.get(id);
  if (open === undefined || open.attempt !== attempt || open.at !== by) return undefined;
  state.open.delete(id);
  return open;
}
