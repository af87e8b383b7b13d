import { describe, expect, test } from "vitest";
import type { AliasStatus } from "../../crds/alias/schema.ts";
import { conditionOf } from "../../crds/conditions.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";
import { fc } from "../../test/support/properties.ts";
import type { AliasObserved } from "./observed.ts";
import { type Action, plan } from "./plan.ts";

const settings = settingsSchema.parse({});
const beganMs = Date.UTC(2026, 0, 1);
const revisions = new Map(
  ["1", "2", "3"].map((number) => [
    number,
    aRevision({ functionVersion: number }, { name: `hello-${number}` }),
  ]),
);
const canary = {
  type: "Canary",
  stepPercent: 10,
  interval: 60,
  rollback: { errorPercent: 5, invocationsMin: 20 },
};
const linear = { ...canary, type: "Linear", stepPercent: 30 };

function observed(
  spec: Record<string, unknown>,
  status: AliasStatus | undefined,
  seconds = 0,
): AliasObserved {
  return {
    alias: anAlias(spec, { generation: 2 }, status),
    elder: undefined,
    function: aFunction(),
    revisions,
    referenced: undefined,
    provisioned: undefined,
    scaling: undefined,
    scalingDueAtMs: undefined,
    nowMs: beganMs + seconds * 1000,
  };
}
const written = (actions: Action[]): AliasStatus | undefined =>
  actions.flatMap((one) => (one.action === "writeStatus" ? [one.status] : []))[0];
const told = (actions: Action[]) =>
  actions.flatMap((one) => (one.action === "tell" ? [one.story.reason] : []));
const onVersion1 = written(plan(observed({ functionVersion: "1" }, undefined), settings).actions);
const shareOf2 = (status: AliasStatus | undefined) =>
  Math.round(100 * (status?.routes?.find((one) => one.functionVersion === "2")?.weight ?? 0));
/** What one gateway counted since the rollout began. */
const counted = (
  status: AliasStatus,
  invocations: number,
  errors: number,
  throttles = 0,
  unstarted?: number,
): AliasStatus => ({
  ...status,
  traffic: [
    {
      gateway: "g",
      startTime: status.rollout?.startTime ?? "",
      ...{ invocations, errors, throttles },
      ...(unstarted === undefined ? {} : { unstarted }),
    },
  ],
});

/** Carries an alias on through time; gives the share of version 2 and what was told at each moment. */
function follow(rollout: object, moments: number[], traffic = (status: AliasStatus) => status) {
  let status = onVersion1;
  const seen: [number, number, string[]][] = [];
  for (const seconds of moments) {
    const spec = { functionVersion: "2", rollout };
    const before = status === undefined || seconds === 0 ? status : traffic(status);
    const { actions } = plan(observed(spec, before, seconds), settings);
    status = written(actions) ?? status;
    seen.push([seconds, shareOf2(status), told(actions)]);
  }
  return { seen, status };
}

describe("a rollout", () => {
  test("by canary goes one step, waits, then takes all", () => {
    const { seen, status } = follow(canary, [0, 59, 60]);
    expect(seen).toEqual([
      [0, 10, ["RolloutStarted"]],
      [59, 10, []],
      [60, 100, ["RolloutCompleted"]],
    ]);
    expect(status).toMatchObject({ functionVersion: "2", rollout: { phase: "Completed", percent: 100 } });
  });

  test("by linear steps goes on at every interval until all", () => {
    const { seen } = follow(linear, [0, 60, 61, 120, 180]);
    expect(seen).toEqual([
      [0, 30, ["RolloutStarted"]],
      [60, 60, ["RolloutStep"]],
      [61, 60, []],
      [120, 90, ["RolloutStep"]],
      [180, 100, ["RolloutCompleted"]],
    ]);
  });

  test("points to the version before until it is through, and says when it looks again", () => {
    const { actions, again } = plan(
      observed({ functionVersion: "2", rollout: canary }, onVersion1),
      settings,
    );
    expect(written(actions)).toMatchObject({
      functionVersion: "1",
      rollout: { fromVersion: "1", toVersion: "2" },
    });
    expect(again).toEqual({ again: "after", ms: 60_000 });
    const ready = conditionOf(written(actions)?.conditions ?? [], "Ready");
    expect(ready).toMatchObject({ status: "True", reason: "Progressing" });
    expect(ready?.message).toBe("Invocations go to version 1 (90 %) and version 2 (10 %).");
  });

  test.each<[string, number, number, number, number | undefined, boolean]>([
    ["too many errors", 40, 3, 0, undefined, true],
    ["throttles that are too many", 38, 0, 3, 0, true],
    ["requests without an environment that are too many", 38, 0, 0, 3, true],
    ["as many as are allowed", 40, 2, 0, 0, false],
    ["too few requests to judge", 19, 19, 0, 0, false],
  ])(
    "with %s: of %i invocations %i fail, %i are throttled, %o start nothing; back: %j",
    (_, invocations, errors, throttles, unstarted, isBack) => {
      const { seen, status } = follow(canary, [0, 5], (before) =>
        counted(before, invocations, errors, throttles, unstarted),
      );
      expect(seen[1]).toEqual(isBack ? [5, 0, ["RolledBack"]] : [5, 10, []]);
      expect(status?.rollout?.phase).toBe(isBack ? "RolledBack" : "Progressing");
    },
  );

  test("taken back stays back, and says why, until the spec names another version", () => {
    const bad = (before: AliasStatus) => counted(before, 40, 40);
    const { status } = follow(canary, [0, 5, 60, 6000], bad);
    expect(status).toMatchObject({ functionVersion: "1", rollout: { phase: "RolledBack", percent: 0 } });
    expect(conditionOf(status?.conditions ?? [], "Ready")).toMatchObject({
      status: "False",
      reason: "RolledBack",
      message:
        "The rollout of version 2 was taken back: Version 2 failed 40 and throttled 0 of 40 requests. Invocations go to version 1.",
    });
    const back = written(plan(observed({ functionVersion: "1", rollout: canary }, status), settings).actions);
    expect(conditionOf(back?.conditions ?? [], "Ready")?.status).toBe("True");
    const next = written(plan(observed({ functionVersion: "3", rollout: canary }, status), settings).actions);
    expect(next?.rollout).toMatchObject({
      phase: "Progressing",
      fromVersion: "1",
      toVersion: "3",
      percent: 10,
    });
  });

  test("is not judged by what was counted for another", () => {
    const stale = (before: AliasStatus): AliasStatus => ({
      ...before,
      traffic: [
        { gateway: "g", startTime: "2025-01-01T00:00:00Z", invocations: 99, errors: 99, throttles: 0 },
      ],
    });
    expect(follow(canary, [0, 5], stale).seen[1]).toEqual([5, 10, []]);
  });

  test("clears what gateways counted for the one before when it begins", () => {
    const status = counted(onVersion1 as AliasStatus, 9, 9);
    const { actions } = plan(observed({ functionVersion: "2", rollout: canary }, status), settings);
    expect(actions.map((one) => one.action)).toEqual(["clearTraffic", "writeStatus", "tell"]);
  });

  test("ends at once when the spec goes back, or wants no steps", () => {
    const { status } = follow(canary, [0]);
    const back = written(plan(observed({ functionVersion: "1", rollout: canary }, status), settings).actions);
    expect([shareOf2(back), back?.rollout]).toEqual([0, undefined]);
    const atOnce = written(plan(observed({ functionVersion: "2" }, status), settings).actions);
    expect([shareOf2(atOnce), atOnce?.functionVersion, atOnce?.rollout]).toEqual([100, "2", undefined]);
  });

  test.each([
    ["taken back for its errors", 40],
    ["reverted half-way", 0],
  ])("%s begins anew when the spec has gone back and names the version again", (_, errors) => {
    const { status } = follow(canary, [0, 5], (before) => counted(before, 40, errors));
    const back = written(
      plan(observed({ functionVersion: "1", rollout: canary }, status, 10), settings).actions,
    );
    const again = plan(observed({ functionVersion: "2", rollout: canary }, back, 20), settings);
    expect(told(again.actions)).toEqual(["RolloutStarted"]);
    const begun = written(again.actions);
    expect(begun?.rollout).toMatchObject({
      phase: "Progressing",
      fromVersion: "1",
      toVersion: "2",
      percent: 10,
    });
    expect(begun?.rollout?.startTime).not.toBe(status?.rollout?.startTime);
    expect(conditionOf(begun?.conditions ?? [], "Ready")).toMatchObject({
      status: "True",
      reason: "Progressing",
    });
    expect(shareOf2(begun)).toBe(10);
  });

  test("between versions of two roles is refused, and everything stays", () => {
    const other = aRevision({ functionVersion: "2", role: "other" }, { name: "hello-2" });
    const world = observed({ functionVersion: "2", rollout: canary }, onVersion1);
    const { actions } = plan({ ...world, revisions: new Map([...revisions, ["2", other]]) }, settings);
    expect(told(actions)).toEqual(["RolesDiffer"]);
    expect(shareOf2(written(actions))).toBe(0);
  });
});

test("whatever time and traffic bring: shares add up to 1, only grow until an end, and a plan is a fixed point", () => {
  const moment = fc.record({
    seconds: fc.integer({ min: 0, max: 90 }),
    errors: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(canary, linear), fc.array(moment, { maxLength: 20 }), (rollout, moments) => {
      let status = onVersion1;
      let seconds = 0;
      let share = 0;
      for (const one of moments) {
        seconds += one.seconds;
        const spec = { functionVersion: "2", rollout };
        const before = status?.rollout === undefined ? status : counted(status, 40, one.errors);
        const world = observed(spec, before, seconds);
        status = written(plan(world, settings).actions) ?? status;
        expect(plan(observed(spec, status, seconds), settings).actions).toEqual([]);
        const sum = (status?.routes ?? []).reduce((total, { weight }) => total + weight, 0);
        expect(sum).toBeCloseTo(1, 12);
        if (status?.rollout?.phase === "RolledBack") share = 0;
        expect(shareOf2(status)).toBeGreaterThanOrEqual(share);
        share = shareOf2(status);
      }
    }),
  );
});
