/** The placer under random load, crashes, refused starts and time, from a seed: C1–C3 after every single event. */
import assert from "node:assert";
import { expect, test } from "vitest";
import { createChance } from "../../kernel/testing/chance.ts";
import { checkInvariants } from "./check.ts";
import type { Decision, PlacerEvent } from "./event.ts";
import { type Caps, createPlacerState, type Target } from "./state.ts";
import { step } from "./step.ts";

const options = {
  waitMsMax: 800,
  waitingMaxPerFunction: 20,
  waitingBytesMax: 4_000,
  waitingBytesMaxPerNamespace: 3_000,
  idleMsMax: 3_000,
  failedInitKeptMs: 6_000,
  requestRatePerConcurrency: 1_000,
  holdMsMax: 500,
  burstMax: 1_000,
  burstPerMinute: 1_000,
  functionStartsPer10s: 0,
};
const targets: [Target, Caps][] = [
  [aTarget("a", "one", "pool"), caps({ reserved: 3, setAside: 1 })],
  [aTarget("a", "one", undefined, "v2"), caps({ reserved: 3, provisioned: 1, setAside: 1 })],
  [aTarget("a", "two", "pool"), caps({ setAside: 2 })],
  [aTarget("a", "two", undefined, "v2"), caps({ provisioned: 2, setAside: 2 })],
  [aTarget("a", "stopped", "pool"), caps({ reserved: 0 })],
  [aTarget("b", "one", undefined), caps({ unreserved: 5 })],
];

/** `KAMBDA_SEEDS=2000` runs as many; a failure's title names the seed to replay. */
const seeds = Number(process.env.KAMBDA_SEEDS ?? 60);

test.each(Array.from({ length: seeds }, (_, seed) => seed + 1))(
  "C1, C2 and C3 hold after every event (seed %i)",
  (seed) => {
    const world = createWorld(seed);
    for (let turn = 0; turn < 600; turn++) world.turn();
    world.settle();
    expect(world.unanswered()).toEqual([]);
    expect(world.inFlight()).toBe(0);
  },
  120_000,
);

function caps(some: Partial<Caps>): Caps {
  return { reserved: undefined, unreserved: 8, account: 10, provisioned: 0, setAside: 0, ...some };
}

function aTarget(
  namespace: string,
  functionName: string,
  poolShape: string | undefined,
  revision = "v1",
): Target {
  const key = `${namespace}/${functionName}-${revision}`;
  return { key, functionKey: `${namespace}/${functionName}`, namespace, poolShape };
}

interface World {
  turn(): void;
  settle(): void;
  unanswered(): string[];
  inFlight(): number;
}

/** What really is, kept apart from what the placer believes. */
interface RealEnvironment {
  namespace: string;
  revision: string | undefined;
  runs: { wantId: string; grant: string } | undefined;
  initialised: boolean;
}

function createWorld(seed: number): World {
  const chance = createChance(seed);
  const state = createPlacerState(options, 1);
  const real = new Map<string, RealEnvironment>();
  const starts = new Map<string, Target>();
  const confirms: number[] = [];
  const open = new Map<string, { target: Target; caps: Caps; at: "waiting" | "running" }>();
  let nowMs = 0;
  let serial = 0;

  const happen = (event: PlacerEvent) => {
    for (const decision of step(state, event, nowMs)) carryOut(decision);
    checkInvariants(state, nowMs);
    checkLimits();
  };
  /** C1 again, counted from what really runs and waits rather than from the placer's numbers. */
  const checkLimits = () => {
    for (const [target, { reserved, unreserved, account, setAside }] of targets) {
      const mine = [...open.values()].filter((one) => one.target.functionKey === target.functionKey);
      if (reserved !== undefined)
        assert(mine.length <= reserved, `C1: ${target.functionKey} is over its limit`);
      const shared = [...open.values()].filter(
        (one) => one.target.namespace === target.namespace && one.caps.reserved === undefined,
      );
      assert(shared.length <= unreserved, `C1: ${target.namespace} is over its limit`);
      const all = [...open.values()].filter((one) => one.target.namespace === target.namespace);
      assert(all.length <= account, `C1: ${target.namespace} is over its account's limit`);
      // What has no provisioned environments never takes what is set aside for them.
      const without = (reserved === undefined ? shared : mine).filter(
        ({ caps: { provisioned } }) => provisioned === 0,
      );
      const limit = Math.max(0, (reserved ?? unreserved) - setAside);
      assert(without.length <= limit, `C1: ${target.functionKey} takes what is set aside`);
    }
  };
  const carryOut = (decision: Decision) => {
    switch (decision.type) {
      case "grant": {
        const environment = real.get(decision.environmentId);
        const want = open.get(decision.wantId);
        assert(environment !== undefined, "C2: granted an environment that is gone");
        assert(want?.at === "waiting", `C3: ${decision.wantId} is granted and does not wait`);
        assert(environment.runs === undefined, "C2: two at a time");
        if (decision.assigned) assign(environment, decision.target.key);
        assert.equal(environment.revision, want.target.key, "C2: another revision's");
        want.at = "running";
        environment.runs = { wantId: decision.wantId, grant: decision.grant };
        return;
      }
      case "refuse":
        assert(
          open.get(decision.wantId)?.at === "waiting",
          `C3: ${decision.wantId} is refused and does not wait`,
        );
        open.delete(decision.wantId);
        return;
      case "assign": {
        assign(real.get(decision.environmentId), decision.target.key);
        return;
      }
      case "create":
        starts.set(decision.startId, decision.target);
        return;
      case "confirm":
        // The epoch is still ours: the answer comes at some later time.
        confirms.push(decision.joinedAs);
        return;
      case "recall":
        assert.fail("nobody who asked is gone");
        return;
      case "dismiss": {
        const environment = real.get(decision.environmentId);
        assert(environment?.runs === undefined, "C3: dismissed in the middle of an invocation");
        return;
      }
    }
  };
  const assign = (environment: RealEnvironment | undefined, revision: string) => {
    assert(environment !== undefined && environment.revision === undefined, "C2: assigned a second time");
    environment.revision = revision;
  };
  const confirm = () => {
    const joinedAs = confirms.shift();
    if (joinedAs !== undefined) happen({ type: "confirmed", joinedAs });
  };
  const want = () => {
    const [target, caps] = chance.pick(targets) as (typeof targets)[number];
    const id = `w${serial++}`;
    open.set(id, { target, caps, at: "waiting" });
    // Refused at once is refused: it never counted, and is taken out before the limits are looked at.
    happen({ type: "want", want: { id, from: "us", target, caps, bytes: chance.upTo(400) } });
  };
  const joinPool = () => {
    const id = `e${serial++}`;
    real.set(id, { namespace: "a", revision: undefined, runs: undefined, initialised: false });
    const retireAtMs = nowMs + 1_000 + chance.upTo(20_000);
    happen({
      type: "joined",
      environment: {
        id,
        namespace: "a",
        shape: "pool",
        retireAtMs,
        as: { kind: "unclaimed" },
        last: undefined,
      },
    });
  };
  const finishStart = () => {
    const start = chance.pick([...starts]);
    if (start === undefined) return;
    const [startId, target] = start;
    starts.delete(startId);
    const revisionKey = target.key;
    if (chance.upTo(100) < 30) {
      const failure = { kind: "quota", message: "exceeded quota" } as const;
      happen({ type: "startFailed", revisionKey, startId, failure });
      return;
    }
    happen({ type: "started", revisionKey, startId });
    const id = `e${serial++}`;
    const { namespace } = target;
    real.set(id, { namespace, revision: undefined, runs: undefined, initialised: false });
    const as = { kind: "fresh", target } as const;
    const retireAtMs = nowMs + 10_000;
    happen({ type: "joined", environment: { id, namespace, shape: "own", retireAtMs, as, last: undefined } });
  };
  const initialise = () => {
    const one = chance.pick(
      [...real].filter(([, { revision, initialised }]) => revision !== undefined && !initialised),
    );
    if (one === undefined) return;
    one[1].initialised = true;
    happen({ type: "initialized", environmentId: one[0], failed: chance.upTo(100) < 10 });
  };
  const end = () => {
    const one = chance.pick([...real].filter(([, { runs }]) => runs !== undefined));
    if (one?.[1].runs === undefined) return;
    const { wantId, grant } = one[1].runs;
    one[1].runs = undefined;
    one[1].initialised = true;
    open.delete(wantId);
    happen({ type: "ended", environmentId: one[0], grant });
    // The same news twice: a link that broke and came back repeats itself.
    if (chance.upTo(100) < 20) happen({ type: "ended", environmentId: one[0], grant });
  };
  const crash = () => {
    const one = chance.pick([...real]);
    if (one === undefined) return;
    real.delete(one[0]);
    if (one[1].runs !== undefined) open.delete(one[1].runs.wantId);
    happen({ type: "gone", environmentId: one[0] });
  };
  const leave = () => {
    const one = chance.pick([...real.keys()]);
    if (one !== undefined) happen({ type: "leaving", environmentId: one });
  };
  const cancel = () => {
    const one = chance.pick([...open].filter(([, { at }]) => at === "waiting"));
    if (one === undefined) return;
    open.delete(one[0]);
    happen({ type: "cancel", wantId: one[0] });
  };
  const retire = () => {
    const [target] = chance.pick(targets) as (typeof targets)[number];
    happen({ type: "retired", revisionKey: target.key, retired: chance.upTo(2) === 0 });
  };
  const pass = (ms: number) => {
    nowMs += ms;
    // Ticks come first: what is past its bound is answered before anything else happens.
    happenTick();
  };
  const happenTick = () => {
    for (const decision of step(state, { type: "tick" }, nowMs)) carryOut(decision);
    checkInvariants(state, nowMs);
    checkLimits();
  };
  const happenings: [number, () => void][] = [
    [35, want],
    [8, joinPool],
    [10, finishStart],
    [10, initialise],
    [25, end],
    [3, crash],
    [2, leave],
    [20, confirm],
    [3, cancel],
    [2, retire],
    [12, () => pass(chance.upTo(300))],
  ];
  return {
    turn: () => chance.weighted(happenings)(),
    settle() {
      for (let round = 0; round < 400 && (open.size > 0 || starts.size > 0); round++) {
        confirm();
        finishStart();
        initialise();
        end();
        pass(100);
      }
    },
    unanswered: () => [...open.keys()],
    inFlight: () => [...state.functions.values()].reduce((sum, { inFlight }) => sum + inFlight, 0),
  };
}
