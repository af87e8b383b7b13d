import { expect, test } from "vitest";
import type { KeptPod } from "./pods.ts";
import { provisionedStatus } from "./status.ts";

const pods = (count: number, state: Exclude<KeptPod["state"], "waiting">): KeptPod[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `${state}-${index}`;
    return { name, uid: name, createdMs: 0, scheduledMs: undefined, template: "t", state };
  });
const kept = (wanted: number, all: KeptPod[], refusal?: string) => ({ wanted, pods: all, refusal });

test("says how far it is", () => {
  expect(provisionedStatus([])).toBeUndefined();
  expect(provisionedStatus([kept(2, [])])).toEqual({
    status: "IN_PROGRESS",
    requested: 2,
    available: 0,
    allocated: 0,
  });
  const half = [...pods(1, "available"), ...pods(1, "starting")];
  expect(provisionedStatus([kept(2, half)])).toMatchObject({
    status: "IN_PROGRESS",
    available: 1,
    allocated: 2,
  });
  expect(provisionedStatus([kept(2, pods(2, "available"))])).toMatchObject({
    status: "READY",
    available: 2,
  });
});

test("adds up what an alias shares, and counts no more than was asked for", () => {
  const status = provisionedStatus([kept(1, pods(3, "available")), kept(1, [])]);
  expect(status).toEqual({ status: "IN_PROGRESS", requested: 2, available: 1, allocated: 1 });
});

test("is FAILED with the cluster's words, or Lambda's for an INIT that fails", () => {
  expect(provisionedStatus([kept(1, [], "exceeded quota: pods")])).toMatchObject({
    status: "FAILED",
    statusReason: "exceeded quota: pods",
  });
  expect(provisionedStatus([kept(1, pods(1, "failed"))])).toMatchObject({
    status: "FAILED",
    statusReason: "FUNCTION_ERROR_INIT_FAILURE",
  });
});
