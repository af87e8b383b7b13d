import { expect, test } from "vitest";
import type { RevisionStatus } from "../../crds/revision/schema.ts";
import { planStatus } from "./plan.ts";

const now = "2026-01-02T00:00:00Z";
const failure = {
  errorType: "Runtime.ImportModuleError",
  errorMessage: "no such module",
  logTail: "the end",
};
const failed: RevisionStatus = {
  conditions: [
    {
      type: "Invocable",
      status: "False",
      reason: "InitFailed",
      message: "Runtime.ImportModuleError: no such module",
      lastTransitionTime: "2026-01-01T00:00:00Z",
      observedGeneration: 1,
    },
  ],
  lastInitError: { ...failure, time: "2026-01-01T00:00:00Z" },
};

test("a failed INIT is told with its error and the end of its log", () => {
  const status = planStatus({ conditions: [] }, { init: { ok: false, failure } }, 1, now);
  expect(status?.lastInitError).toEqual({ ...failure, time: now });
  expect(status?.conditions[0]).toMatchObject({
    type: "Invocable",
    status: "False",
    message: "Runtime.ImportModuleError: no such module",
  });
});

test("the same failure again is written once", () => {
  expect(planStatus(failed, { init: { ok: false, failure } }, 1, now)).toBeUndefined();
});

test("an INIT that succeeds after failures turns the condition, and the last error stays to be read", () => {
  const status = planStatus(failed, { init: { ok: true } }, 1, now);
  expect(status?.conditions[0]).toMatchObject({ status: "True", lastTransitionTime: now });
  expect(status?.lastInitError).toEqual(failed.lastInitError);
});

test("a healthy revision is written once", () => {
  const first = planStatus({ conditions: [] }, { init: { ok: true }, pods: { ok: true } }, 1, now);
  expect(first?.conditions.map(({ type, status }) => [type, status])).toEqual([["Invocable", "True"]]);
  expect(
    planStatus(first as RevisionStatus, { init: { ok: true }, pods: { ok: true } }, 1, now),
  ).toBeUndefined();
});

test("a refused pod is told in the API server's own words, cut to what a condition holds", () => {
  const words = `exceeded quota: ${"x".repeat(5000)}`;
  const status = planStatus(
    failed,
    { pods: { ok: false, failure: { kind: "quota", message: words } } },
    1,
    now,
  );
  const condition = status?.conditions.find(({ type }) => type === "Schedulable");
  expect(condition).toMatchObject({
    status: "False",
    reason: "QuotaExceeded",
    message: words.slice(0, 4096),
  });
  expect(status?.lastInitError).toEqual(failed.lastInitError);
});
