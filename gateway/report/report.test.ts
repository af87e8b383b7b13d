/** What a Revision is told of its environments, however late the watch tells of what was written. */
import { expect, test } from "vitest";
import { conditionOf, conditionTypes } from "../../crds/conditions.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock, settle } from "../../kernel/testing/clock.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import { reportLimits } from "./limits.ts";
import { createReporter } from "./report.ts";

const key = "team/r";
const quota = { kind: "quota", message: "exceeded quota" } as const;

/** A reporter whose watch has told of nothing since the start. */
async function aWorld() {
  const clock = createTestClock();
  const kube = createMemoryKube(clock);
  const { apiVersion, kind, spec } = aRevision({}, { name: "r", namespace: "team" });
  await kube.create(resources.revisions, {
    apiVersion,
    kind,
    metadata: { name: "r", namespace: "team" },
    spec,
  });
  const read = async () =>
    parseRevision(await kube.get(resources.revisions, { namespace: "team", name: "r" }));
  const known = await read();
  const reporter = createReporter({
    kube,
    clock,
    random: createTestRandom(),
    log: createTestLog(),
    revision: () => known,
  });
  const stop = new AbortController();
  void reporter.start(stop.signal);
  return {
    reporter,
    clock,
    told: async (type: "Schedulable" | "Invocable" = "Schedulable") => {
      await settle();
      return conditionOf((await read()).status.conditions, conditionTypes[type])?.status;
    },
    stop: () => stop.abort(),
  };
}

test("a start that comes right after one that failed takes the bad word back, though the watch has not told of it", async () => {
  const { reporter, told, stop } = await aWorld();
  reporter.startFailed(key, quota);
  expect(await told()).toBe("False");
  reporter.started(key);
  expect(await told()).toBe("True");
  stop();
});

test("the last word counts where both are said before either is written", async () => {
  const { reporter, told, stop } = await aWorld();
  reporter.startFailed(key, quota);
  reporter.started(key);
  expect(await told()).not.toBe("False");
  stop();
});

test("that all is well is told when the first invocation has its answer; what is not, at once", async () => {
  const { reporter, clock, told, stop } = await aWorld();
  reporter.initialized(key, { revision: "r", status: "success", initMs: 1, unpackMs: 0, processStartMs: 0 });
  await clock.advance(reportLimits.firstWordMs - 1);
  expect(await told("Invocable")).toBeUndefined();
  await clock.advance(1);
  expect(await told("Invocable")).toBe("True");
  reporter.startFailed(key, quota);
  expect(await told()).toBe("False");
  stop();
});
