/** Lambda's limits as a caller meets them (docs/lambda.md, limits): each 429 with its Reason and Retry-After. */
import { describe, expect, test } from "vitest";
import { errorResponse } from "../../crds/errors.ts";
import { errorOfRefusal } from "../invoke/refusal.ts";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../testing/placer.ts";
import type { JoinedEnvironment } from "./event.ts";
import type { PlacerOptions } from "./options.ts";
import { type Caps, createPlacerState } from "./state.ts";
import { step } from "./step.ts";

/** As Lambda has them. */
const lambdas = placerOptions({ requestRatePerConcurrency: 10, burstMax: 3_000, burstPerMinute: 500 });
const account = someCaps();

type Answer = "in flight" | { status: number; reason: unknown; retryAfter: string | undefined };

/** A placer whose environments are whatever the test does not look at: requests wait for them, which is in flight as well. */
function aPlacer(over: Partial<PlacerOptions> = {}) {
  const state = createPlacerState({ ...lambdas, ...over }, 1);
  let serial = 0;
  const ask = (caps: Caps, nowMs: number, revision = "f-1"): { id: string; answer: Answer } => {
    const id = `w${serial++}`;
    const target = aTarget({ key: `team/${revision}`, functionKey: `team/${revision.split("-")[0]}` });
    const decisions = step(state, { type: "want", want: { id, from: "us", target, caps, bytes: 1 } }, nowMs);
    const refused = decisions.find((one) => one.type === "refuse");
    if (refused?.type !== "refuse") return { id, answer: "in flight" };
    const { status, headers, body } = errorResponse(errorOfRefusal(refused.refusal));
    const { Reason: reason } = JSON.parse(String(body)) as { Reason?: string };
    return { id, answer: { status, reason, retryAfter: headers["retry-after"] } };
  };
  return {
    one: (caps: Caps, nowMs = 0, revision?: string) => ask(caps, nowMs, revision).answer,
    /** How many of so many at once are let in. */
    many(count: number, caps: Caps, nowMs = 0, revision?: string) {
      const asked = Array.from({ length: count }, () => ask(caps, nowMs, revision));
      return asked.filter(({ answer }) => answer === "in flight").length;
    },
    /** Requests that come and go at once: they count in the rate, and nowhere else. */
    pass(count: number, caps: Caps, nowMs = 0) {
      let passed = 0;
      for (let asked = 0; asked < count; asked++) {
        const { id, answer } = ask(caps, nowMs);
        if (answer === "in flight") passed++;
        step(state, { type: "cancel", wantId: id }, nowMs);
      }
      return passed;
    },
    /** All that is in flight ends. */
    clear(nowMs: number) {
      for (const wantId of [...state.waiters.keys()]) step(state, { type: "cancel", wantId }, nowMs);
    },
  };
}

/** As above, with one environment, which is idle. */
function aReachedPlacer(over: Partial<PlacerOptions> = {}) {
  const state = createPlacerState({ ...lambdas, ...over }, 1);
  const target = aTarget();
  const environment = {
    ...anEnvironment("e"),
    as: { kind: "assigned", target, reserved: false, running: undefined },
  };
  step(state, { type: "joined", environment: environment as JoinedEnvironment }, 0);
  step(state, { type: "confirmed", joinedAs: state.nextId }, 0);
  return { state, caps: account, want: { id: "w", from: "us", target, caps: account, bytes: 1 } };
}

const throttled = (reason: string, retryAfter = "1") => ({ status: 429, reason, retryAfter });

describe("concurrency", () => {
  test("of an account is at most 1000, and the next one is told so", () => {
    const placer = aPlacer();
    expect(placer.many(1000, account)).toBe(1000);
    expect(placer.one(account)).toEqual(throttled("ConcurrentInvocationLimitExceeded"));
  });

  test("that is reserved is the function's alone, and its cap", () => {
    const placer = aPlacer();
    const others = { ...account, unreserved: 980 };
    const reserved = { ...others, reserved: 20 };
    expect(placer.many(2000, others, 0, "other-1")).toBe(980);
    expect(placer.many(20, reserved)).toBe(20);
    expect(placer.one(reserved)).toEqual(throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
  });

  test("0 reserved stops the function", () => {
    const stopped = { ...account, reserved: 0 };
    expect(aPlacer().one(stopped)).toEqual(throttled("ReservedFunctionConcurrentInvocationLimitExceeded"));
  });

  test("of the account holds while a reservation is taken out of what others use already (C1)", () => {
    const placer = aPlacer();
    expect(placer.many(1000, account, 0, "other-1")).toBe(1000);
    const reserved = { ...account, reserved: 100, unreserved: 900 };
    expect(placer.one(reserved)).toEqual(throttled("ConcurrentInvocationLimitExceeded"));
  });
});

describe("concurrency of the account", () => {
  test("holds while a reservation is given back whose invocations still run (C1)", () => {
    const placer = aPlacer();
    expect(placer.many(100, { ...account, reserved: 100, unreserved: 900 })).toBe(100);
    expect(placer.many(1000, account, 0, "other-1")).toBe(900);
  });
});

describe("provisioned concurrency", () => {
  test("in use leaves the ramp of the others where it was", () => {
    const placer = aPlacer({ burstMax: 10 });
    expect(placer.many(10, account, 0, "other-1")).toBe(10);
    placer.clear(0);
    expect(placer.many(50, { ...account, provisioned: 50, setAside: 50 })).toBe(50);
    expect(placer.many(20, { ...account, setAside: 50 }, 0, "other-1")).toBe(10);
  });

  test("of a function without a reservation is set aside from what is unreserved", () => {
    const placer = aPlacer();
    const setAside = { ...account, setAside: 400 };
    expect(placer.many(1000, setAside, 0, "other-1")).toBe(600);
    const provisioned = { ...setAside, provisioned: 400 };
    expect(placer.many(400, provisioned)).toBe(400);
    expect(placer.one(provisioned)).toEqual(throttled("ConcurrentInvocationLimitExceeded"));
  });

  test("spills over into what is unreserved, as far as others leave it", () => {
    const placer = aPlacer();
    const setAside = { ...account, setAside: 400 };
    expect(placer.many(100, setAside, 0, "other-1")).toBe(100);
    expect(placer.many(1000, { ...setAside, provisioned: 400 })).toBe(900);
  });

  test("as large as the reservation leaves its function nothing else: unpublished code is throttled", () => {
    const placer = aPlacer();
    const reserved = { ...account, reserved: 20, unreserved: 980, setAside: 20 };
    const reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
    expect(placer.one(reserved, 0, "f-latest")).toEqual(throttled(reason));
    expect(placer.many(30, { ...reserved, provisioned: 20 }, 0, "f-1")).toBe(20);
  });

  test("smaller than the reservation shares the rest with the function's other versions", () => {
    const placer = aPlacer();
    const reserved = { ...account, reserved: 20, unreserved: 980, setAside: 15 };
    expect(placer.many(30, reserved, 0, "f-latest")).toBe(5);
    expect(placer.many(30, { ...reserved, provisioned: 15 }, 0, "f-1")).toBe(15);
  });

  test("does not count in the ramp: its environments are there", () => {
    const placer = aPlacer({ burstMax: 10 });
    const provisioned = { ...account, provisioned: 50, setAside: 50 };
    expect(placer.many(50, provisioned)).toBe(50);
    expect(placer.many(20, account, 0, "other-1")).toBe(10);
  });
});

describe("the ramp", () => {
  const wide = { ...account, unreserved: 10_000, account: 10_000 };

  test("lets a burst of 3000 in at once, then 500 more a minute", () => {
    const placer = aPlacer();
    expect(placer.many(4000, wide)).toBe(3000);
    expect(placer.one(wide)).toEqual(throttled("ConcurrentInvocationLimitExceeded"));
    expect(placer.many(4000, wide, 60_000)).toBe(500);
    expect(placer.many(4000, wide, 120_000)).toBe(500);
  });

  test("says when the next one may come", () => {
    const placer = aPlacer({ burstMax: 1, burstPerMinute: 6 });
    expect(placer.many(1, wide)).toBe(1);
    expect(placer.one(wide)).toEqual(throttled("ConcurrentInvocationLimitExceeded", "10"));
    expect(placer.one(wide, 4_000)).toEqual(throttled("ConcurrentInvocationLimitExceeded", "6"));
    expect(placer.one(wide, 10_000)).toBe("in flight");
  });

  test("costs nothing for concurrency that was in use a moment ago", () => {
    const placer = aPlacer({ burstMax: 100 });
    expect(placer.many(100, wide)).toBe(100);
    placer.clear(1_000);
    expect(placer.many(150, wide, 1_000)).toBe(108);
  });

  test("may instead be a function's own: so many started in 10 seconds, whatever others do", () => {
    const placer = aPlacer({ functionStartsPer10s: 20 });
    expect(placer.many(50, wide, 0, "f-1")).toBe(20);
    expect(placer.one(wide, 0, "f-1")).toEqual(throttled("ConcurrentInvocationLimitExceeded"));
    expect(placer.many(50, wide, 0, "g-1")).toBe(20);
    expect(placer.many(50, wide, 5_000, "f-1")).toBe(10);
  });
});

test("the ramp of a function counts what it starts: two callers in turn that share an environment are never throttled", () => {
  const { state, want } = aReachedPlacer({ functionStartsPer10s: 2, requestRatePerConcurrency: 1_000 });
  const answered: string[] = [];
  const ask = (id: string, nowMs: number) => {
    for (const one of step(state, { type: "want", want: { ...want, id } }, nowMs)) {
      if (one.type === "create") throw new Error("an environment is started");
      if (one.type === "refuse") throw new Error(`${id}: ${JSON.stringify(one.refusal)}`);
    }
  };
  // Its invocations are known to be short: nobody starts another environment for the second.
  for (const revision of state.revisions.values()) revision.workMs = revision.durationMs = 1;
  ask("a0", 0);
  for (let turn = 0; turn < 200; turn++) {
    ask(`b${turn}`, turn);
    const [environment] = state.environments.values();
    if (environment?.work.state !== "busy") throw new Error("nothing runs");
    answered.push(environment.work.permit.wantId);
    const { grant } = environment.work;
    step(state, { type: "ended", environmentId: environment.id, grant }, turn);
  }
  expect(new Set(answered).size).toBe(200);
});

describe("the rate of requests", () => {
  test("is at most 10 a second for each unit of the account's unreserved concurrency", () => {
    const placer = aPlacer();
    const small = { ...account, unreserved: 5 };
    expect(placer.pass(60, small)).toBe(50);
    expect(placer.one(small)).toEqual(throttled("FunctionInvocationRateLimitExceeded"));
    expect(placer.pass(60, small, 500)).toBe(25);
  });

  test("is the reservation's where the function has one, and not used up by others", () => {
    const placer = aPlacer();
    const reserved = { ...account, reserved: 2, unreserved: 998 };
    expect(placer.pass(30, reserved)).toBe(20);
    expect(placer.one(reserved)).toEqual(throttled("ReservedFunctionInvocationRateLimitExceeded"));
    expect(placer.one({ ...account, unreserved: 998 }, 0, "other-1")).toBe("in flight");
    expect(placer.one(reserved, 100)).toBe("in flight");
  });

  test("takes once for a request that is granted an environment which starts nothing, however often it asks again", () => {
    const { state, want, caps } = aReachedPlacer();
    const reserved = { ...caps, reserved: 1 };
    for (let round = 0; round < 30; round++) {
      const again = round === 0 ? {} : { paced: true };
      const decisions = step(state, { type: "want", want: { ...want, caps: reserved, ...again } }, round);
      const grant = decisions.find((one) => one.type === "grant");
      if (grant?.type !== "grant") throw new Error(`round ${round}: ${JSON.stringify(decisions)}`);
      const { environmentId } = grant;
      step(state, { type: "unused", environmentId, grant: grant.grant, sent: false }, round);
    }
    expect(state.functions.get(want.target.functionKey)?.rate.tokens).toBeGreaterThanOrEqual(9);
  });

  test("takes nothing for a request that is refused for its concurrency", () => {
    const placer = aPlacer();
    const reserved = { ...account, reserved: 2, unreserved: 998 };
    expect(placer.many(500, reserved)).toBe(2);
    placer.clear(0);
    expect(placer.pass(30, reserved)).toBe(18);
  });
});
