import { expect, test } from "vitest";
import { createPlacerState, type Target } from "./state.ts";
import { step } from "./step.ts";

const target: Target = { key: "team/f-1", functionKey: "team/f", namespace: "team", poolShape: undefined };
const caps = { reserved: undefined, unreserved: 1_000, account: 1_000, provisioned: 0, setAside: 0 };
const options = {
  waitMsMax: 60_000,
  waitingMaxPerFunction: 100,
  waitingBytesMax: 1_000,
  waitingBytesMaxPerNamespace: 1_000,
  idleMsMax: 60_000,
  failedInitKeptMs: 0,
  requestRatePerConcurrency: 10,
  holdMsMax: 1_000,
  burstMax: 100,
  burstPerMinute: 100,
  functionStartsPer10s: 0,
};

test("what a pod took to dial home is what the next one is expected to take", () => {
  const state = createPlacerState(options, 1);
  const [first] = step(state, { type: "want", want: { id: "w1", from: "us", target, caps, bytes: 0 } }, 0);
  if (first?.type !== "create") throw new Error("no pod was asked for");
  expect(state.createMs).toBeUndefined();
  step(state, { type: "started", revisionKey: target.key, startId: first.startId }, 400);
  expect(state.createMs).toBe(400);
});
