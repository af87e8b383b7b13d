import { expect, test } from "vitest";
import { createTestClock } from "../../testing/clock.ts";
import { kubeContract } from "../contract.ts";
import { resources } from "../resources.ts";
import { createMemoryKube } from "./kube.ts";

for (const [claim, check] of Object.entries(kubeContract)) {
  test(`the Kubernetes in memory ${claim}`, () => check(createMemoryKube(createTestClock()), "team"));
}

test("takes dependants along with their owner", async () => {
  const kube = createMemoryKube(createTestClock());
  const metadata = { namespace: "team", name: "owner" };
  const owner = await kube.create(resources.configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata });
  const ownerReferences = [
    { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: owner.metadata.uid ?? "" },
  ];
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { namespace: "team", name: "p", ownerReferences } };
  await kube.create(resources.pods, pod);
  await kube.remove(resources.configMaps, metadata);
  expect([...kube.objects.keys()]).toEqual([]);
});
