import { expect, test } from "vitest";
import type { VersionStatus } from "../../crds/version/schema.ts";
import { provisionedStories } from "./story.ts";

type Provisioned = NonNullable<VersionStatus["provisionedConcurrency"]>;
const of = (status: Provisioned["status"], over: Partial<Provisioned> = {}) => ({
  provisionedConcurrency: { requested: 2, allocated: 2, available: 2, status, ...over },
});
const told = (...[before, now]: Parameters<typeof provisionedStories>) =>
  provisionedStories(before, now).map(({ type, reason, note }) => `${type} ${reason}: ${note}`);

const ready =
  "Normal ProvisionedConcurrencyReady: Provisioned concurrency: 2 of 2 environments are initialised.";

test("tells when all are initialised, and again when another number is", () => {
  expect(told({}, of("IN_PROGRESS"))).toEqual([]);
  expect(told(of("IN_PROGRESS"), of("READY"))).toEqual([ready]);
  expect(told(of("READY"), of("READY"))).toEqual([]);
  expect(told(of("READY", { requested: 1, available: 1 }), of("READY"))).toEqual([ready]);
  expect(told(of("READY"), {})).toEqual([]);
});

test("tells why they are not to be had, once for each reason, whatever the counts are meanwhile", () => {
  const full = of("FAILED", { statusReason: "no node takes it", available: 0 });
  const note = "Warning ProvisionedConcurrencyFailed: Provisioned concurrency: no node takes it";
  expect(told(of("IN_PROGRESS"), full)).toEqual([note]);
  expect(told(full, of("FAILED", { statusReason: "no node takes it", available: 1 }))).toEqual([]);
  expect(told(full, of("FAILED", { statusReason: "quota" }))).toHaveLength(1);
});
