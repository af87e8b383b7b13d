import { expect, test } from "vitest";
import { claims, labels } from "../../crds/labels.ts";
import { isForRequest, podSchema, scheduledMs } from "./view.ts";

const pod = (own: Record<string, string>, conditions: object[] = []) =>
  podSchema.parse({
    metadata: { name: "p", namespace: "team", uid: "p", labels: own },
    status: { conditions },
  });
const at = "2026-01-01T00:00:10Z";

test.each([
  ["once a node took it", [{ type: "PodScheduled", status: "True", lastTransitionTime: at }], Date.parse(at)],
  ["not while none does", [{ type: "PodScheduled", status: "False", lastTransitionTime: at }], undefined],
  ["not by other conditions", [{ type: "Ready", status: "True", lastTransitionTime: at }], undefined],
  ["not before the scheduler has seen it", [], undefined],
])("a pod is scheduled %s", (_, conditions, expected) => {
  expect(scheduledMs(pod({}, conditions))).toBe(expected);
});

test.each([
  ["claimed from a pool", { [labels.claim]: claims.claimed }, true],
  ["of its own", { [labels.claim]: claims.dedicated }, true],
  ["provisioned", { [labels.claim]: claims.dedicated, [labels.provisioned]: "true" }, false],
  ["that waits in a pool", { [labels.claim]: claims.pool }, false],
  ["that says nothing", {}, false],
])("a pod %s is for a request: %#", (_, own, expected) => {
  expect(isForRequest(pod(own))).toBe(expected);
});
