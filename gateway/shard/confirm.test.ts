/**
 * What came to a placer counts once the Lease was read as still its own after it came (C1 for environments, V2 for aliases): a later
 * placer takes the Lease after that, and so reads of it from the API server.
 */
import { expect, test } from "vitest";
import type { LeaseRecord } from "../../kernel/lease/decide.ts";
import { aLease } from "../../kernel/testing/lease.ts";
import type { Routes, Target } from "../placer/state.ts";
import { aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { ShardAction, ShardEvent } from "./event.ts";
import { createShardState } from "./state.ts";
import { stepShard } from "./step.ts";

const alias = "team/hello:live";
const target = (version: number): Target => aTarget({ key: `team/hello-${version}` });
const caps = someCaps();
const routesTo = (version: number): Routes => [{ weight: 1, target: target(version), caps }];

/** A gateway that is placer, and the Lease as it last wrote it. */
function aPlacer() {
  const state = createShardState("us", placerOptions());
  let nowMs = 0;
  let lease: LeaseRecord | undefined;
  const happen = (event: ShardEvent): ShardAction[] => stepShard(state, event, ++nowMs);
  const read = () => ({ type: "leaseRead", call: state.call?.id ?? -1, lease }) as const;
  happen({ type: "tick" });
  const [take] = happen(read());
  if (take?.type !== "writeLease") throw new Error("the free seat is not taken");
  lease = aLease({ holder: "us", transitions: take.write.transitions });
  happen({ type: "leaseWritten", call: take.call, lease });
  happen({ type: "routed", alias, routes: routesTo(1) });
  happen({ type: "podsListed", epoch: 1, pods: [] });
  const want = (version: number): string | undefined => {
    const id = `w${nowMs}`;
    const draw = { alias, chance: 0.5 };
    const actions = happen({ type: "want", want: { id, target: target(version), caps, bytes: 1, draw } });
    return actions.flatMap((one) => (one.type === "create" ? [one.target.key] : []))[0];
  };
  const join = (id: string) => {
    happen({
      type: "linked",
      environment: { id, namespace: "team", shape: "s", retireAtMs: 1e9, kept: false },
    });
    happen({ type: "standing", environmentId: id, epoch: 1, as: { kind: "unclaimed" }, last: undefined });
  };
  const confirmed = () => (state.seat.at === "placing" ? state.seat.placer.unconfirmed : undefined);
  return { happen, read, want, join, confirmed };
}

test("an alias is drawn by the placer, whatever the gateway that asks knows of it", () => {
  const placer = aPlacer();
  expect(placer.want(7)).toBe("team/hello-1");
});

test("a switch counts from the reading of the Lease that was asked for after it was heard of, and not from one before", () => {
  const placer = aPlacer();
  placer.join("first");
  // The Lease is being read for the environment when the alias moves.
  placer.happen({ type: "routed", alias, routes: routesTo(2) });
  placer.happen(placer.read());
  expect(placer.want(2)).toBe("team/hello-1");
  placer.happen(placer.read());
  expect(placer.want(1)).toBe("team/hello-2");
});

test("an environment that came while the Lease was being read waits for the next reading", () => {
  const placer = aPlacer();
  placer.join("first");
  placer.join("second");
  placer.happen(placer.read());
  expect(placer.confirmed()).toEqual(new Set(["second"]));
  placer.happen(placer.read());
  expect(placer.confirmed()).toEqual(new Set());
});

test("a request for an alias that the placer has not heard of waits for it a moment", () => {
  const placer = aPlacer();
  const draw = { alias: "team/hello:new", chance: 0.5 };
  const want = { id: "early", target: target(1), caps, bytes: 1, draw };
  expect(placer.happen({ type: "want", want })).toEqual([]);
  placer.happen({ type: "routed", alias: "team/hello:new", routes: routesTo(3) });
  const actions = placer.happen(placer.read());
  expect(actions).toContainEqual(expect.objectContaining({ type: "create", target: target(3) }));
});
