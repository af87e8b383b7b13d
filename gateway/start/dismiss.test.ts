/** A dismissed environment's pod goes: by itself, or deleted, and a delete that fails is tried again. */
import { expect, test } from "vitest";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";
import { createDismisser } from "./dismiss.ts";
import { startLimits } from "./limits.ts";

const tickMs = 1_000;

/** A pod that stays until it is deleted, at an API server that refuses the first `failures` deletes. */
function aDismissal(failures: number) {
  const clock = createTestClock();
  const deletedAtMs: number[] = [];
  let pod = { namespace: "team", name: "p", uid: "u", phase: "running" } as EnvironmentPod | undefined;
  const kube = {
    async remove(resource: unknown, key: unknown, preconditions: unknown) {
      expect([resource, key, preconditions]).toEqual([
        resources.pods,
        { namespace: "team", name: "p" },
        { uid: "u" },
      ]);
      deletedAtMs.push(clock.monotonicMs());
      if (deletedAtMs.length <= failures) throw new Error("connection refused");
      if (pod !== undefined) pod = { ...pod, phase: "leaving" };
    },
  };
  const deps = { clock, kube, log: createTestLog() } as unknown as Parameters<typeof createDismisser>[0];
  const dismisser = createDismisser(deps);
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += tickMs) {
      await clock.advance(tickMs);
      dismisser.tick({ get: () => pod });
    }
  };
  if (pod !== undefined) dismisser.dismissed(pod);
  return {
    pass,
    deletedAtMs,
    leave() {
      pod = undefined;
    },
  };
}

test("a pod that leaves by itself in time is not deleted", async () => {
  const one = aDismissal(0);
  await one.pass(startLimits.dismissMsMax - tickMs);
  one.leave();
  await one.pass(10 * startLimits.dismissMsMax);
  expect(one.deletedAtMs).toEqual([]);
});

test("one that does not is deleted, once", async () => {
  const one = aDismissal(0);
  await one.pass(10 * startLimits.dismissMsMax);
  expect(one.deletedAtMs).toEqual([startLimits.dismissMsMax]);
});

test("a delete that fails is tried again until it is done", async () => {
  const one = aDismissal(2);
  await one.pass(10 * startLimits.dismissMsMax);
  const { dismissMsMax: firstMs, dismissAgainMs: againMs } = startLimits;
  expect(one.deletedAtMs).toEqual([firstMs, firstMs + againMs, firstMs + 2 * againMs]);
});
