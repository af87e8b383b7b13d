/** Provisioned environments at the placer: they stay however long they are idle, and are used before others. */
import { expect, test } from "vitest";
import { createPlacerState, type Target } from "./state.ts";
import { step } from "./step.ts";

const target: Target = { key: "team/r", functionKey: "team/hello", namespace: "team", poolShape: undefined };
const caps = { reserved: undefined, unreserved: 100, account: 100, provisioned: 0, setAside: 0 };

function aPlacer() {
  const options = {
    waitMsMax: 60_000,
    waitingMaxPerFunction: 100,
    waitingBytesMax: 1000,
    waitingBytesMaxPerNamespace: 1000,
    idleMsMax: 10_000,
    failedInitKeptMs: 10_000,
    requestRatePerConcurrency: 10,
    holdMsMax: 1_000,
    burstMax: 100,
    burstPerMinute: 100,
    functionStartsPer10s: 0,
  };
  const state = createPlacerState(options, 1);
  const join = (id: string, kept: boolean) => {
    const environment = { id, namespace: "team", shape: "s", retireAtMs: 1e9, kept };
    const as = { kind: "fresh", target } as const;
    step(state, { type: "joined", environment: { ...environment, as, last: undefined } }, 0);
    step(state, { type: "confirmed", joinedAs: state.nextId }, 0);
    step(state, { type: "initialized", environmentId: id, failed: false }, 0);
  };
  return { state, join };
}

test("an idle one is let go after its time, a provisioned one never", () => {
  const { state, join } = aPlacer();
  join("kept", true);
  join("other", false);
  const decisions = step(state, { type: "tick" }, 1_000_000);
  expect(decisions).toEqual([{ type: "dismiss", environmentId: "other" }]);
});

test("provisioned ones are used first, then the others", () => {
  const { state, join } = aPlacer();
  join("kept", true);
  join("other", false);
  const used = ["a", "b"].flatMap((id) =>
    step(state, { type: "want", want: { id, from: "us", target, caps, bytes: 1 } }, 1).flatMap((one) =>
      one.type === "grant" ? [one.environmentId] : [],
    ),
  );
  expect(used).toEqual(["kept", "other"]);
});
