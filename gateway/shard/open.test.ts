/** Requests that no placer can be asked for: they wait where they came, within bounds. */
import { expect, test } from "vitest";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { ShardAction } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { createShardState } from "./state.ts";
import { stepShard } from "./step.ts";

/** A gateway that knows of no placer. */
function aGateway(waitingBytesMax = 1e9) {
  const state = createShardState("us", placerOptions({ waitingBytesMax }));
  let serial = 0;
  const want = (bytes = 1): ShardAction[] => {
    const asked = { id: `w${serial++}`, target: aTarget(), caps: someCaps(), bytes };
    return stepShard(state, { type: "want", want: asked }, 0);
  };
  return { state, want, cancel: (wantId: string) => stepShard(state, { type: "cancel", wantId }, 0) };
}

const refused = (what: "requests" | "bytes") =>
  expect.objectContaining({ type: "refuse", refusal: { kind: "full", what } });

test("as many as may wait do, the next is told so, and one that leaves makes room for another", () => {
  const gateway = aGateway();
  for (let count = 0; count < shardLimits.placerlessMax; count++) expect(gateway.want()).toEqual([]);
  expect(gateway.want()).toEqual([refused("requests")]);
  gateway.cancel("w0");
  expect(gateway.want()).toEqual([]);
});

test("so do as many bytes", () => {
  const gateway = aGateway(100);
  expect(gateway.want(60)).toEqual([]);
  expect(gateway.want(50)).toEqual([refused("bytes")]);
  gateway.cancel("w0");
  expect(gateway.want(100)).toEqual([]);
  expect(gateway.state.openBytes).toBe(100);
});

test("a placer that can be asked bounds its own line", () => {
  const gateway = aGateway(100);
  stepShard(gateway.state, { type: "peerOpen", peer: "them" }, 0);
  const placing = { type: "placing", epoch: 1 } as const;
  stepShard(gateway.state, { type: "peerSays", peer: "them", message: placing }, 0);
  expect(gateway.want(1_000)).toEqual([expect.objectContaining({ type: "toPlacer", peer: "them" })]);
});
