/** What is done to a body, on the gateway's loop or in a thread: the same, byte for byte. Pure. */
import { completionOf, type WholeResponse } from "../api/completion.ts";
import { type ReadPayload, readJson } from "../api/payload.ts";
import { buildEvent, type UrlRequest } from "../url/event.ts";
import { mapResult, type ReadyAnswer } from "../url/response.ts";
import { mapCollected } from "../url/stream.ts";
import { join, type Pieces } from "./pieces.ts";

/** Until the work on it begins, which is where its body is joined. */
type InPieces<T extends { body: Uint8Array }> = Omit<T, "body"> & { body: Pieces };

/** The work of each kind: from what, to what. */
export interface Jobs {
  /** A request becomes the payload of an invocation. */
  event: { from: InPieces<UrlRequest>; to: Uint8Array };
  /** A function's result becomes an answer. */
  result: { from: { body: Pieces }; to: ReadyAnswer };
  /** The same of a streaming function, collected for a caller who waits for the whole. */
  collected: { from: { body: Pieces }; to: ReadyAnswer };
  /** The payload of an Invoke is found to be JSON. */
  payload: { from: { body: Pieces }; to: ReadPayload };
  /** A function's error becomes the one event of a stream that was asked for. */
  completion: { from: InPieces<WholeResponse>; to: Uint8Array };
  /** A body becomes one piece. */
  whole: { from: { body: Pieces }; to: Uint8Array };
}

export type JobKind = keyof Jobs;

type Works = { [K in JobKind]: (from: Jobs[K]["from"], body: Uint8Array) => Jobs[K]["to"] };

const works: Works = {
  event: (request, body) => Buffer.from(buildEvent({ ...request, body })),
  result: (_, body) => mapResult(body),
  collected: (_, body) => mapCollected(body),
  payload: (_, body) => readJson(body),
  completion: (response, body) => completionOf({ ...response, body }),
  whole: (_, body) => body,
};

export function perform<K extends JobKind>(kind: K, from: Jobs[K]["from"]): Jobs[K]["to"] {
  return works[kind](from, join(from.body));
}
