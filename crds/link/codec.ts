/** Messages to frames and back: the one place where a message's name meets its number and its head is checked. */
import { createFrameReader, encodeFrame, FrameError } from "./frame.ts";
import { type HeadOf, type ToEnvironment, type ToGateway, tables } from "./messages.ts";
import type { Check } from "./shape.ts";

type Encode<M extends ToEnvironment | ToGateway> = <K extends M["type"]>(
  type: K,
  head: HeadOf<M, K>,
  body?: Uint8Array,
) => [Uint8Array, Uint8Array];

export const encodeToEnvironment: Encode<ToEnvironment> = (type, head, body) =>
  encodeFrame(tables.toEnvironment[type].code, head, body);

export const encodeToGateway: Encode<ToGateway> = (type, head, body) =>
  encodeFrame(tables.toGateway[type].code, head, body);

/** Reads what a gateway sends. Throws FrameError or ShapeError: the link must then be closed. */
export function createEnvironmentReader(): { push(chunk: Uint8Array): ToEnvironment[] } {
  return createReader<ToEnvironment>(tables.toEnvironment);
}

/** Reads what an environment sends. The sender may be hostile: every head is checked. */
export function createGatewayReader(): { push(chunk: Uint8Array): ToGateway[] } {
  return createReader<ToGateway>(tables.toGateway);
}

function createReader<M extends ToEnvironment | ToGateway>(
  table: Record<string, { code: number; head: Check<unknown> }>,
): { push(chunk: Uint8Array): M[] } {
  const byCode = new Map(Object.entries(table).map(([type, { code, head }]) => [code, { type, head }]));
  const frames = createFrameReader();
  return {
    push: (chunk) =>
      frames.push(chunk).map((frame) => {
        const known = byCode.get(frame.code);
        if (known === undefined) throw new FrameError(`no message has the code ${frame.code}`);
        return { type: known.type, head: known.head(frame.head, known.type), body: frame.body } as M;
      }),
  };
}
