import { expect, test } from "vitest";
import { anEnvironmentPod } from "../testing/pod.ts";
import { decideAdmission, type Knock } from "./admit.ts";

const identity = { namespace: "team", name: "kambda-pool-1", uid: "u1" };
const pod = anEnvironmentPod({ ...identity, createdAtMs: 100_000 });
const good: Knock = {
  identity,
  credential: "token",
  pod,
  tokenUsed: false,
  gatewayStartedAtMs: 50_000,
  nowMs: 101_000,
};

const table: [string, Partial<Knock>, string][] = [
  ["a fresh pod's first token", {}, "admitted"],
  ["a token after the pod's first minute", { nowMs: 160_001 }, "TokenLate"],
  ["a token at the end of the pod's first minute", { nowMs: 160_000 }, "admitted"],
  [
    "a token of a pod that waited for its node",
    { pod: { ...pod, startedAtMs: 400_000 }, nowMs: 460_000 },
    "admitted",
  ],
  [
    "a token after the first minute of such a pod",
    { pod: { ...pod, startedAtMs: 400_000 }, nowMs: 460_001 },
    "TokenLate",
  ],
  ["a token used before", { tokenUsed: true }, "TokenUsed"],
  ["a token of a pod older than the gateway", { gatewayStartedAtMs: 101_001 }, "PodOlderThanGateway"],
  ["a token of a pod a second older, as clocks differ", { gatewayStartedAtMs: 101_000 }, "admitted"],
  ["a pod nobody knows", { pod: undefined }, "UnknownPod"],
  ["a pod of that name with another uid", { pod: { ...pod, uid: "u2" } }, "UnknownPod"],
  ["a pod that has ended", { pod: { ...pod, phase: "ended" } }, "PodEnded"],
  [
    "a ticket, hours later, of a pod older than the gateway",
    { credential: "ticket", nowMs: 9e6, gatewayStartedAtMs: 8e6 },
    "admitted",
  ],
  ["a ticket of a pod that is gone", { credential: "ticket", pod: undefined }, "UnknownPod"],
  ["a ticket of a pod that has ended", { credential: "ticket", pod: { ...pod, phase: "ended" } }, "PodEnded"],
  [
    "a ticket of a pod that is draining",
    { credential: "ticket", pod: { ...pod, phase: "leaving" } },
    "admitted",
  ],
];

test.each(table)("%s", (_, change, expected) => {
  const admission = decideAdmission({ ...good, ...change });
  expect(admission.admit ? "admitted" : admission.reason).toBe(expected);
});
