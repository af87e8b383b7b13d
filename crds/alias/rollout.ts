/** Progressive delivery: how an alias goes from one version to the next, and when it goes back. */
import { z } from "zod";
import { choice, instant, integer, listByKey, object, text } from "../fields/field.ts";
import { patterns } from "../fields/pattern.ts";

export const rollout = object("How a change of functionVersion takes effect; at once unless set.", {
  type: choice("Canary: one step, then all. Linear: equal steps until all.", ["Canary", "Linear"]),
  stepPercent: integer("Per cent of the invocations a step moves.", 1, 99),
  interval: integer("Seconds from one step to the next.", 1, 172_800),
  rollback: object("When to go back to the version before.", {
    errorPercent: z
      .number()
      .min(0)
      .max(100)
      .describe("Go back when more than this per cent of the new version's invocations fail.")
      .default(5),
    invocationsMin: integer(
      "Judge only after this many invocations of the new version.",
      1,
      1_000_000,
    ).default(20),
  }).optional(),
});

export const rolloutStatus = object("How far the rollout has come.", {
  phase: choice("Where it stands.", ["Progressing", "Completed", "RolledBack"]),
  fromVersion: text("The version before.", 20, patterns.latestOrVersion),
  toVersion: text("The version that comes.", 20, patterns.latestOrVersion),
  percent: integer("Per cent of the invocations that go to the new version.", 0, 100),
  message: text("Why it stands where it does.", 4096).optional(),
  startTime: instant("When it began; gateways count from then on."),
  lastStepTime: instant("When the last step was taken.").optional(),
});

/** More gateways than that share no rollout. */
const gatewaysMax = 64;
const count = (description: string) => integer(description, 0, Number.MAX_SAFE_INTEGER);

export const traffic = listByKey(
  "What each gateway counted of the requests for the alias that were drawn for the new version during the rollout. Written by gateways.",
  object("One gateway's.", {
    gateway: text("Name of its pod.", 253),
    startTime: instant("The rollout it was counted for, by its startTime."),
    invocations: count("Invocations that ran."),
    errors: count("Of these, those that failed."),
    throttles: count("Requests that were throttled: answered 429, they did not run."),
    unstarted: count("Requests for which no environment could be had: they did not run.").optional(),
  }),
  gatewaysMax,
  ["gateway"],
);
