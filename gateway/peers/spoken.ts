/** What a placer says, as a gateway of some version understands it: it would take what it does not know for nonsense, and hang up. Pure. */
import type { StartFailure } from "../placer/attempt.ts";
import type { PlacerMessage } from "../shard/event.ts";
import { peerLimits } from "./limits.ts";

/** Kinds by the first version that knows them; the others are as old as the protocol. */
const sinceVersion: Partial<Record<StartFailure["kind"], number>> = { configuration: 2, deleted: 2 };

export function spokenTo(version: number, message: PlacerMessage): PlacerMessage {
  if (message.type !== "refuse" || message.refusal.kind !== "cannotStart") return message;
  const { kind, message: said } = message.refusal.failure;
  const failure: StartFailure = {
    kind: version < (sinceVersion[kind] ?? 1) ? "crashed" : kind,
    message: said.slice(0, peerLimits.failureLengthMax),
  };
  return { ...message, refusal: { kind: "cannotStart", failure } };
}
