/** What is done to a body, on the gateway's loop or in a thread: the same, byte for byte. Pure. */
import { completionOf, type WholeResponse } from "../api/completion.ts";
import { type ReadPayload, readJson } from "../api/payload.ts";
import { buildEvent, type UrlRequest } from "../url/event.ts";
import { mapResult, type ReadyAnswer } from "../url/response.ts";

/** The work of each kind: from what, to what. */
export interface Jobs {
  /** A request becomes the payload of an invocation. */
  event: { from: UrlRequest; to: Uint8Array };
  /** A function's result becomes an answer. */
  result: { from: Uint8Array; to: ReadyAnswer };
  /** The payload of an Invoke is found to be JSON. */
  payload: { from: Uint8Array; to: ReadPayload };
  /** A function's error becomes the one event of a stream that was asked for. */
  completion: { from: WholeResponse; to: Uint8Array };
}

export type JobKind = keyof Jobs;

type Works = { [K in JobKind]: (from: Jobs[K]["from"]) => Jobs[K]["to"] };

const works: Works = {
  event: (request) => Buffer.from(buildEvent(request)),
  result: mapResult,
  payload: readJson,
  completion: completionOf,
};

export function perform<K extends JobKind>(kind: K, from: Jobs[K]["from"]): Jobs[K]["to"] {
  return works[kind](from);
}

/** The bytes it is about: what is handed over to a thread. */
export function bodyOf(from: Jobs[JobKind]["from"]): Uint8Array {
  return from instanceof Uint8Array ? from : from.body;
}
