import { expect, test } from "vitest";
import { components, labels } from "../../crds/labels.ts";
import { ownerReferenceTo } from "../../kernel/kube/owner.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { parsePod } from "./pod.ts";

const configMapOf = (name: string) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, uid: "c" },
});
const metadata = {
  name: "kambda-pool-1",
  namespace: "team",
  uid: "u1",
  creationTimestamp: "2026-11-23T03:00:00Z",
  labels: { [labels.component]: components.environment, [labels.shape]: "s", [labels.claim]: "pool" },
  ownerReferences: [ownerReferenceTo(configMapOf("kambda-pool"))],
};
const podOf = (status: unknown) => {
  const pod = parsePod({ apiVersion: "v1", kind: "Pod", metadata, status } as never);
  if (pod instanceof Error) throw pod;
  return pod;
};

test("a pod that waited for its node was started when its container was", () => {
  const running = { running: { startedAt: "2026-11-23T03:05:00Z" } };
  const init = [{ name: "supervisor", state: { running: { startedAt: "2026-11-23T03:04:00Z" } } }];
  const status = { initContainerStatuses: init, containerStatuses: [{ name: "function", state: running }] };
  expect(podOf(status)).toMatchObject({
    createdAtMs: Date.parse("2026-11-23T03:00:00Z"),
    startedAtMs: Date.parse("2026-11-23T03:05:00Z"),
  });
});

test.each([
  undefined,
  {},
  { containerStatuses: [{ name: "function", state: { waiting: { reason: "ImagePullBackOff" } } }] },
])("one whose container does not run yet was not started (%j)", (status) => {
  expect(podOf(status).startedAtMs).toBeUndefined();
});

test.each<[string, unknown]>([
  ["ErrImagePull", { kind: "image", message: "as the kubelet says" }],
  ["CreateContainerConfigError", { kind: "configuration", message: "as the kubelet says" }],
  ["RunContainerError", { kind: "failed", message: "as the kubelet says" }],
  ["ContainerCreating", undefined],
])("what keeps a container waiting: %s", (reason, expected) => {
  const waiting = { reason, message: "as the kubelet says" };
  expect(podOf({ containerStatuses: [{ name: "function", state: { waiting } }] }).trouble).toEqual(expected);
});

test.each<[string, unknown, boolean]>([
  ["its namespace's pool", [ownerReferenceTo(configMapOf("kambda-pool"))], true],
  ["its Revision", [ownerReferenceTo(aRevision({}))], true],
  ["another ConfigMap", [ownerReferenceTo(configMapOf("mine"))], false],
  [
    "a ReplicaSet",
    [{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "r", uid: "r", controller: true }],
    false,
  ],
  [
    "the pool, which does not control it",
    [{ ...ownerReferenceTo(configMapOf("kambda-pool")), controller: false }],
    false,
  ],
  ["nobody", undefined, false],
])("a pod with an environment's labels is one if its owner is %s: %s", (_, ownerReferences, isOne) => {
  const pod = parsePod({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, ownerReferences },
  } as never);
  expect(!(pod instanceof Error)).toBe(isOne);
});
