/**
 * Who places renews its Lease in time, however many environments come, however slowly the API server answers, and whatever they repeat:
 * else a standby takes the seat every 15 s, and everything counts as unheard anew.
 */
import { expect, test } from "vitest";
import type { LeaseRecord } from "../../kernel/lease/decide.ts";
import { aLease } from "../../kernel/testing/lease.ts";
import { aTarget, placerOptions } from "../testing/placer.ts";
import type { ShardAction, ShardEvent } from "./event.ts";
import { shardLimits } from "./limits.ts";
import { createShardState } from "./state.ts";
import { stepShard } from "./step.ts";

const forMs = 30_000;
const tickMs = 20;

/** A minute's half of a placer whose API server answers after `apiMs`; each millisecond it hears what `says` has to say. */
function placeFor(apiMs: number, says: (nowMs: number) => ShardEvent[]) {
  const state = createShardState("us", placerOptions());
  const due: { atMs: number; event: ShardEvent }[] = [];
  const renewedAtMs: number[] = [];
  const dismissed: string[] = [];
  let lease: LeaseRecord | undefined;
  let reads = 0;
  let nowMs = 0;
  const answer = (event: ShardEvent) => due.push({ atMs: nowMs + apiMs, event });
  const carryOut = (action: ShardAction) => {
    switch (action.type) {
      case "readLease":
        reads++;
        answer({ type: "leaseRead", call: action.call, lease });
        return;
      case "writeLease": {
        const { holder, transitions } = action.write;
        if (lease?.holder === "us") renewedAtMs.push(nowMs);
        lease = aLease({ holder, transitions, resourceVersion: `${nowMs}` });
        answer({ type: "leaseWritten", call: action.call, lease });
        return;
      }
      case "takeStock":
        answer({ type: "podsListed", epoch: action.epoch, pods: [] });
        return;
      case "dismiss":
        dismissed.push(action.environmentId);
        return;
      default:
        return;
    }
  };
  const happen = (event: ShardEvent) => {
    for (const action of stepShard(state, event, nowMs)) carryOut(action);
  };
  for (; nowMs < forMs; nowMs++) {
    while ((due[0]?.atMs ?? forMs) <= nowMs) happen((due.shift() as { event: ShardEvent }).event);
    if (nowMs % tickMs === 0) happen({ type: "tick" });
    if (state.seat.at === "placing") for (const event of says(nowMs)) happen(event);
  }
  const gaps = [...renewedAtMs, forMs].map((atMs, index) => atMs - (renewedAtMs[index - 1] ?? 0));
  return { reads, dismissed, longestMs: Math.max(...gaps), state };
}

const linked = (id: string): ShardEvent => ({
  type: "linked",
  environment: { id, namespace: "team", shape: "s", retireAtMs: 1e12, kept: false },
});
const standing = (environmentId: string, epoch: number, running?: string): ShardEvent => ({
  type: "standing",
  environmentId,
  epoch,
  as: { kind: "assigned", target: aTarget(), reserved: false, running },
  last: undefined,
});
/** A new one every so often. */
const joins = (everyMs: number) => (nowMs: number) =>
  nowMs % everyMs === 0 ? [linked(`e${nowMs}`), standing(`e${nowMs}`, 1)] : [];
/** One that says the same, or something else, every 2 ms. */
const repeats = (say: (nowMs: number) => ShardEvent) => {
  let isLinked = false;
  return (nowMs: number) => {
    if (nowMs % 2 === 1) return [];
    const link = isLinked ? [] : [linked("one")];
    isLinked = true;
    return [...link, say(nowMs)];
  };
};
const lateMsMax = 2_000;

test.each([
  [20, 15],
  [200, 150],
  [1_000, 800],
])(
  "the Lease is renewed while the API server takes %i ms to answer and an environment joins every %i ms",
  (apiMs, everyMs) => {
    const { longestMs, state } = placeFor(apiMs, joins(everyMs));
    expect(longestMs).toBeLessThanOrEqual(shardLimits.renewEveryMs + lateMsMax);
    const unconfirmed = state.seat.at === "placing" ? state.seat.placer.unconfirmed.size : undefined;
    expect(unconfirmed).toBeLessThanOrEqual((2 * apiMs + shardLimits.confirmEveryMs) / everyMs + 2);
  },
);

test("an environment that repeats what it is has the Lease read once", () => {
  const quiet = placeFor(5, () => []);
  const { longestMs, reads } = placeFor(
    5,
    repeats(() => standing("one", 1)),
  );
  expect(longestMs).toBeLessThanOrEqual(shardLimits.renewEveryMs + lateMsMax);
  expect(reads).toBeLessThanOrEqual(quiet.reads + 1);
});

test("one that contradicts itself has it read a few times a second", () => {
  const { longestMs, reads } = placeFor(
    5,
    repeats((nowMs) =>
      nowMs % 4 === 0
        ? standing("one", 1)
        : { type: "standing", environmentId: "one", epoch: 1, as: { kind: "unclaimed" }, last: undefined },
    ),
  );
  const { confirmEveryMs, confirmAheadMs } = shardLimits;
  expect(longestMs).toBeLessThanOrEqual(shardLimits.renewEveryMs + lateMsMax);
  expect(reads).toBeLessThanOrEqual((forMs + confirmAheadMs) / confirmEveryMs + 2);
});

test.each([5, 120])(
  "one that repeats an epoch which the Lease has not come to is told to leave once, and not looked into again (%i ms)",
  (apiMs) => {
    const quiet = placeFor(apiMs, () => []);
    const { longestMs, reads, dismissed } = placeFor(
      apiMs,
      repeats(() => standing("one", 7)),
    );
    expect(longestMs).toBeLessThanOrEqual(shardLimits.renewEveryMs + lateMsMax);
    expect(dismissed).toEqual(["one"]);
    expect(reads).toBeLessThanOrEqual(quiet.reads + 2);
  },
);
