/**
 * Whom the environment obeys (docs/adr/0016-limits-that-hold.md): the newest placer it has heard of, each of whose grants starts at most
 * one invocation, in order. What an older placer sends, what comes twice and what was asked back starts nothing. Pure.
 */
import { compareGrants, formatGrant, type Grant, hasCome, readGrant } from "../../../crds/link/grant.ts";

export type GrantVerdict =
  | "start"
  /** It runs here, or has run: nothing is to be said a second time. */
  | "again"
  /** Asked back, or older than one that came. */
  | "revoked"
  | "stale";

export interface Fence {
  /** Whether a message of this epoch may act; a higher one raises the fence. */
  admit(epoch: number): boolean;
  /** What an invocation under this grant is. `start` is answered once for each grant. */
  take(epoch: number, grant: string): GrantVerdict;
  /** From here on the grant, and any before it, starts nothing. */
  recall(grant: string): void;
  highest(): number;
  /** The latest grant that was taken or asked back. */
  last(): string | undefined;
}

export function createFence(): Fence {
  let highest = 0;
  let last: Grant | undefined;
  let taken = "";

  const admit = (epoch: number) => {
    if (epoch < highest) return false;
    highest = epoch;
    return true;
  };
  const pass = (grant: Grant | undefined) => {
    if (grant !== undefined && (last === undefined || compareGrants(grant, last) > 0)) last = grant;
  };
  return {
    admit,
    highest: () => highest,
    last: () => (last === undefined ? undefined : formatGrant(last)),
    take(epoch, text) {
      // First of all: what runs here under an epoch that has passed is not to be refused when it comes a second time.
      if (text === taken) return "again";
      if (!admit(epoch)) return "stale";
      if (last !== undefined && hasCome(text, formatGrant(last))) return "revoked";
      pass(readGrant(text));
      taken = text;
      return "start";
    },
    recall: (text) => pass(readGrant(text)),
  };
}
