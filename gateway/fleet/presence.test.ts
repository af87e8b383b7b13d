/** Environments past their invocation's time: found soon, and not by looking through all of them with every beat. */
import { expect, test } from "vitest";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { createTestLog, createTestRandom } from "../../kernel/testing/quiet.ts";
import type { Hello, Link } from "../link/link.ts";
import { placerLimits } from "../placer/limits.ts";
import type { Launched } from "./held.ts";
import { fleetLimits } from "./limits.ts";
import { createPresence, type PresenceDeps } from "./presence.ts";

const beatMs = placerLimits.tickMsWaiting;

test("an environment that is stuck past its invocation's time is told to go, and looked at once a second at most", async () => {
  const clock = createTestClock();
  const dismissed: string[] = [];
  const presence = createPresence({
    clock,
    random: createTestRandom(),
    log: createTestLog(),
    settings: { environments: { ageSecondsMax: 14_400 } },
    hands: { claimStart: () => undefined, dismissed: ({ name }: { name: string }) => dismissed.push(name) },
    observer: { lost: () => undefined },
    happen: () => undefined,
  } as unknown as PresenceDeps);
  const pod = { uid: "u", namespace: "team", name: "p", createdAtMs: 0 };
  presence.joined({ pod, close: () => undefined } as unknown as Link, {} as Hello);
  let looks = 0;
  const dueAtMs = clock.monotonicMs() + 2 * fleetLimits.stuckEveryMs;
  const request = { requestId: "r", callable: {} };
  const flight = { request, answered: true };
  const launched = {
    flight,
    state: "sent",
    get dueAtMs() {
      looks++;
      return dueAtMs;
    },
  } as unknown as Launched;
  presence.get("u")?.launched.set("r", launched);
  const beatFor = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += beatMs) {
      presence.discardStuck();
      await clock.advance(beatMs);
    }
  };
  await beatFor(fleetLimits.stuckEveryMs);
  expect([looks, dismissed]).toEqual([1, []]);
  await beatFor(2 * fleetLimits.stuckEveryMs);
  expect([looks, dismissed]).toEqual([3, ["p"]]);
});
