/** The seat as a standby sees it. */
import { expect, test } from "vitest";
import { aLease } from "../../kernel/testing/lease.ts";
import { placerOptions } from "../testing/placer.ts";
import { shardLimits } from "./limits.ts";
import { createShardState } from "./state.ts";
import { stepShard } from "./step.ts";

test("a standby told that the placer lets go, and quicker to read the Lease than it to release it, looks again at once", () => {
  const state = createShardState("us", placerOptions());
  const lease = aLease({ holder: "them" });
  const read = (nowMs: number) =>
    stepShard(state, { type: "leaseRead", call: state.call?.id ?? -1, lease }, nowMs);
  stepShard(state, { type: "peerOpen", peer: "them" }, 0);
  stepShard(state, { type: "peerSays", peer: "them", message: { type: "placing", epoch: 1 } }, 0);
  stepShard(state, { type: "tick" }, 0);
  read(1);
  const told = { type: "peerSays", peer: "them", message: { type: "placing", epoch: 0 } } as const;
  expect(stepShard(state, told, 10)).toContainEqual(expect.objectContaining({ type: "readLease" }));
  read(11);
  const soonMs = 11 + shardLimits.lookAgainMs;
  expect(stepShard(state, { type: "tick" }, soonMs)).toContainEqual(
    expect.objectContaining({ type: "readLease" }),
  );
});

test("a standby told of the release while it reads the Lease reads it again as soon as that is answered", () => {
  const state = createShardState("us", placerOptions());
  const lease = aLease({ holder: "them" });
  const read = () => stepShard(state, { type: "leaseRead", call: state.call?.id ?? -1, lease }, 11);
  stepShard(state, { type: "peerOpen", peer: "them" }, 0);
  stepShard(state, { type: "tick" }, 0);
  const told = { type: "peerSays", peer: "them", message: { type: "placing", epoch: 0 } } as const;
  expect(stepShard(state, told, 10)).toEqual([]);
  expect(read()).toContainEqual(expect.objectContaining({ type: "readLease" }));
  expect(read()).toEqual([]);
});
