/** One tenant's environment may say what it likes of epochs: it runs that tenant's code (S1). */
import { expect, test } from "vitest";
import { createGatewayReader } from "../../crds/link/codec.ts";
import { epochMax } from "../../crds/link/epoch.ts";
import { encodeFrame } from "../../crds/link/frame.ts";
import { tables } from "../../crds/link/messages.ts";
import type { LeaseRecord } from "../../kernel/lease/decide.ts";
import { aLease } from "../../kernel/testing/lease.ts";
import { placerOptions } from "../testing/placer.ts";
import type { ShardAction, ShardEvent } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { createShardState } from "./state.ts";
import { stepShard } from "./step.ts";

/** A gateway that has placed since epoch 1, and its Lease. */
function aPlacer() {
  const state = createShardState("us", placerOptions());
  let nowMs = 0;
  let lease: LeaseRecord = aLease({ holder: "us", transitions: 0 });
  const happen = (event: ShardEvent, atMs = nowMs + 1): ShardAction[] => {
    nowMs = atMs;
    return stepShard(state, event, nowMs);
  };
  const read = () => happen({ type: "leaseRead", call: state.call?.id ?? -1, lease });
  happen({ type: "tick" });
  happen({ type: "leaseRead", call: state.call?.id ?? -1, lease: undefined });
  happen({ type: "leaseWritten", call: state.call?.id ?? -1, lease });
  happen({ type: "podsListed", epoch: 1, pods: [] });
  const link = (id: string) =>
    happen({
      type: "linked",
      environment: { id, namespace: "team", shape: "s", retireAtMs: 1e9, kept: false },
    });
  link("one");
  const says = (epoch: number, atMs?: number, environmentId = "one") =>
    happen({ type: "standing", environmentId, epoch, as: { kind: "unclaimed" }, last: undefined }, atMs);
  return {
    state,
    happen,
    link,
    says,
    read,
    followedBy(holder: string, transitions: number) {
      lease = aLease({ holder, transitions, resourceVersion: "9" });
    },
  };
}

const isRead = ({ type }: ShardAction) => type === "readLease";

test("an environment that claims an epoch moves nobody out of the seat: the Lease is read instead", () => {
  const placer = aPlacer();
  const actions = placer.says(2 ** 53 - 1);
  expect(actions).toEqual([expect.objectContaining({ type: "readLease" })]);
  expect(placer.state.seat.at).toBe("placing");
  expect(placer.state.seenEpoch).toBe(1);
});

test("by the Lease a placer that was followed learns it, and steps down", () => {
  const placer = aPlacer();
  placer.says(2);
  placer.followedBy("them", 1);
  expect(placer.read()).not.toContainEqual(expect.objectContaining({ type: "dismiss" }));
  expect(placer.state.seat.at).toBe("standby");
  expect(placer.state.seenEpoch).toBe(2);
  expect(placer.state.doubted.size).toBe(0);
});

test("an environment whose epoch the Lease has not come to is told to leave, by the epoch that it obeys", () => {
  const placer = aPlacer();
  placer.says(7);
  expect(placer.read()).toContainEqual({ type: "dismiss", environmentId: "one", epoch: 7 });
  expect(placer.state.seat.at).toBe("placing");
});

test("a reading from before the environment spoke does not tell against it", () => {
  const placer = aPlacer();
  // The Lease is being read for an environment that has come.
  placer.says(1);
  placer.says(7);
  expect(placer.read()).not.toContainEqual(expect.objectContaining({ type: "dismiss" }));
});

test("however many say so, the Lease is read for them a few times a second", () => {
  const placer = aPlacer();
  let reads = 0;
  for (let nowMs = 100; nowMs < 1_100; nowMs++) {
    placer.link(`e${nowMs}`);
    reads += placer.says(7, nowMs, `e${nowMs}`).filter(isRead).length;
    if (placer.state.call !== undefined) placer.read();
  }
  expect(reads).toBeGreaterThan(1);
  expect(reads).toBeLessThanOrEqual(1_000 / shardLimits.lookAgainMs + 1);
});

test("whoever remembers a later epoch than a Lease that was made anew takes it, above them all", () => {
  const placer = aPlacer();
  placer.happen({ type: "peerOpen", peer: "them" });
  placer.happen({ type: "peerSays", peer: "them", message: { type: "placing", epoch: 40 } });
  placer.followedBy("a third", 0);
  placer.happen({ type: "tick" }, 10_000);
  const writes = placer.read().flatMap((one) => (one.type === "writeLease" ? [one.write] : []));
  expect(writes).toEqual([expect.objectContaining({ holder: "us", transitions: 40 })]);
});

test("an epoch that no Lease can count to breaks the link's rules", () => {
  const standing = (epoch: number) =>
    Buffer.concat(encodeFrame(tables.toGateway.standing.code, { epoch, state: "unclaimed" }));
  expect(createGatewayReader().push(standing(epochMax))).toHaveLength(1);
  expect(() => createGatewayReader().push(standing(epochMax + 1))).toThrow("epoch");
});
