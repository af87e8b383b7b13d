/** What is done to a body, on the gateway's loop or in a thread: the same, byte for byte. Pure. */
import { buildEvent, type UrlRequest } from "./event.ts";
import { mapResult, type ReadyAnswer } from "./response.ts";

/** The work of each kind: from what, to what. */
export interface Jobs {
  /** A request becomes the payload of an invocation. */
  event: { from: UrlRequest; to: Uint8Array };
  /** A function's result becomes an answer. */
  result: { from: Uint8Array; to: ReadyAnswer };
}

export type JobKind = keyof Jobs;

type Works = { [K in JobKind]: (from: Jobs[K]["from"]) => Jobs[K]["to"] };

const works: Works = {
  event: (request) => Buffer.from(buildEvent(request)),
  result: mapResult,
};

export function perform<K extends JobKind>(kind: K, from: Jobs[K]["from"]): Jobs[K]["to"] {
  return works[kind](from);
}

/** The bytes it is about: what is handed over to a thread. */
export function bodyOf(from: Jobs[JobKind]["from"]): Uint8Array {
  return from instanceof Uint8Array ? from : from.body;
}
