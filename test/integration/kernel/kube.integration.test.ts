/** The contract of the Kubernetes port, on a real API server: what the Kubernetes in memory is held to as well. */
import { afterAll, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { createSystemClock } from "../../../kernel/clock/clock.ts";
import { kubeContract } from "../../../kernel/kube/contract.ts";
import { createFetchKube } from "../../../kernel/kube/fetch.ts";
import { findCredentials } from "../../../kernel/kube/find.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { environment } from "../../support/kubectl.ts";

setDefaultTimeout(60_000);

const kube = createFetchKube(await findCredentials({ clock: createSystemClock() }, environment));
const prefix = `integration-kube-${randomBytes(3).toString("hex")}`;
const claims = Object.entries(kubeContract).map(([claim, check], index) => ({
  claim,
  check,
  namespace: `${prefix}-${index}`,
}));

afterAll(async () => {
  for (const { namespace: name } of claims) await kube.remove(resources.namespaces, { name });
});

for (const { claim, check, namespace } of claims) {
  test(`a real API server ${claim}`, async () => {
    await kube.create(resources.namespaces, {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace },
    });
    await check(kube, namespace);
  });
}
