/** What gateways count for a rollout, on a real API server: each owns its own entry, and the operator's status stays. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { type AliasStatus, parseAlias } from "../../../crds/alias/schema.ts";
import type { Callable } from "../../../gateway/catalog/callable.ts";
import { createTraffic } from "../../../gateway/report/traffic.ts";
import { createSystemClock } from "../../../kernel/clock/clock.ts";
import { createFetchKube } from "../../../kernel/kube/fetch.ts";
import { findCredentials } from "../../../kernel/kube/find.ts";
import type { Kube } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { anAlias } from "../../../kernel/testing/objects.ts";
import { environment } from "../../support/kubectl.ts";

setDefaultTimeout(60_000);

const namespace = `integration-traffic-${randomBytes(3).toString("hex")}`;
const key = { namespace, name: "hello.live" };
let kube: Kube;

beforeAll(async () => {
  kube = createFetchKube(await findCredentials({ clock: createSystemClock() }, environment));
  await kube.create(resources.namespaces, {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: namespace },
  });
  const { apiVersion, kind, spec } = anAlias();
  await kube.create(resources.aliases, { apiVersion, kind, metadata: key, spec });
});
afterAll(() => kube.remove(resources.namespaces, { name: namespace }));

const alias = async () => parseAlias(await kube.get(resources.aliases, key));
/** As the operator writes it, under a name of our own: the cluster's operator takes back what it wrote itself. */
const fieldManager = "kambda-test-rollout";
async function rollout(phase: "Progressing" | "Completed") {
  const status: Partial<AliasStatus> = {
    functionVersion: "1",
    rollout: { phase, fromVersion: "1", toVersion: "2", percent: 10, startTime: "2026-01-01T00:00:00.250Z" },
  };
  const { apiVersion, kind } = await alias();
  await kube.applyStatus(resources.aliases, { apiVersion, kind, metadata: key, status }, fieldManager);
}

test("two gateways keep their own counts beside the operator's status, and take them out when it is over", async () => {
  const gateways = ["g1", "g2"].map((name) => createTraffic({ kube }, name));
  const version2 = {
    functionVersion: "2",
    qualifier: "live",
    target: { functionKey: `${namespace}/hello` },
  } as Callable;
  await rollout("Progressing");
  for (const [index, one] of gateways.entries()) {
    one.aliasChanged("key", await alias());
    for (let count = 0; count <= index; count++) one.ended(version2, false);
    await one.report();
  }
  const { traffic = [], rollout: going } = (await alias()).status;
  expect(traffic.map(({ gateway, invocations }) => [gateway, invocations])).toEqual([
    ["g1", 1],
    ["g2", 2],
  ]);
  expect(going?.phase).toBe("Progressing");
  await rollout("Completed");
  for (const one of gateways) {
    one.aliasChanged("key", await alias());
    await one.report();
  }
  expect((await alias()).status.traffic ?? []).toEqual([]);
  expect((await alias()).status.functionVersion).toBe("1");
});
