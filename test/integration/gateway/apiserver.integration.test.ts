/** The gateway against a real API server: the keys it keeps there, the tokens the API server signed, the pods it watches. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { claims, components, labels } from "../../../crds/labels.ts";
import { parseRevision } from "../../../crds/revision/schema.ts";
import { createGateway, type Gateway } from "../../../gateway/gateway.ts";
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { dialGateway } from "../../../gateway/testing/environment.ts";
import { createSystemClock } from "../../../kernel/clock/clock.ts";
import { createFetchKube } from "../../../kernel/kube/fetch.ts";
import { findCredentials } from "../../../kernel/kube/find.ts";
import type { Kube, KubeObject } from "../../../kernel/kube/port.ts";
import { resources } from "../../../kernel/kube/resources.ts";
import { ownerOf } from "../../../kernel/pod/dedicated.ts";
import { createSystemRandom } from "../../../kernel/random/random.ts";
import { settingsSchema } from "../../../kernel/settings/schema.ts";
import { createMemoryStore } from "../../../kernel/store/memory.ts";
import { aRevision } from "../../../kernel/testing/objects.ts";
import { createTestLog } from "../../../kernel/testing/quiet.ts";
import { ensureTrust } from "../../../kernel/trust/ensure.ts";
import { installation } from "../../support/installation.ts";
import { environment as installed, kubectl } from "../../support/kubectl.ts";

setDefaultTimeout(60_000);
const namespace = `integration-gateway-${randomBytes(3).toString("hex")}`;
const revisionName = "hello-1";
const clock = createSystemClock();
let kube: Kube;
let gateway: Gateway;
let ca: string;

beforeAll(async () => {
  await kubectl(["create", "namespace", namespace]);
  // The garbage collector takes a pod without its owner; and only the operator writes Revisions.
  const input = JSON.stringify({ ...aRevision(), metadata: { name: revisionName, namespace } });
  const operator = `system:serviceaccount:${installation.namespace}:kambda-operator`;
  await kubectl(["create", "-f", "-", "--as", operator], { input });
  kube = createFetchKube(await findCredentials({ clock }, { KUBECONFIG: installed.KUBECONFIG }));
  const deps = { kube, clock, random: createSystemRandom(), log: createTestLog() };
  const settings = settingsSchema.parse({});
  gateway = await createGateway(
    { ...deps, settings, store: createMemoryStore({ clock }) },
    {
      namespace,
      podName: "integration",
      gatewayId: "integration/1",
      host: "127.0.0.1",
      ports: { public: 0, api: 0, metrics: 0, link: 0, peer: 0 },
      listen: listenWithBun,
    },
  );
  ca = await publishedCa();
});

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await kubectl(["delete", "namespace", namespace, "--wait=false"]);
});

test("a token the API server signed for the pod is let in, and counts once", async () => {
  const pod = await environmentPod();
  const token = await tokenOf(pod, ["--audience=kambda-link"]);
  const environment = dial(token);
  await Promise.race([environment.welcomed, environment.ended.then((why) => Promise.reject(new Error(why)))]);
  expect(await dial(token).ended).toBe("TokenUsed");
});

test.each([
  ["for another audience", ["--audience=somebody-else"], true],
  ["bound to no pod", ["--audience=kambda-link"], false],
] as const)("a token %s is refused", async (_, words, bound) => {
  const pod = await environmentPod();
  expect(await dial(await tokenOf(pod, [...words], bound)).ended).toBe("BadToken");
});

test("a token of a pod that is no environment of ours is refused", async () => {
  const pod = await environmentPod({ [labels.component]: "something-else" });
  expect(await dial(await tokenOf(pod, ["--audience=kambda-link"])).ended).toBe("UnknownPod");
});

test("is ready once it has listed everything and knows the cluster's keys", async () => {
  const ready = await fetch(`http://127.0.0.1:${gateway.ports.metrics}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([200, "ok\n"]);
});

test("gateways that start at once agree on one set of keys", async () => {
  await kube.remove(resources.secrets, { namespace, name: "kambda-link" });
  const options = { namespace, hosts: ["kambda-link"], fieldManager: "kambda-gateway" };
  const all = await Promise.all([1, 2, 3].map(() => ensureTrust({ kube, clock }, options)));
  const authorities = new Set(all.map(({ caCertificate }) => caCertificate));
  expect(authorities.size).toBe(1);
  expect(authorities).toEqual(new Set([await publishedCa()]));
});

async function publishedCa(): Promise<string> {
  const trust = await kube.get(resources.configMaps, { namespace, name: "kambda-trust" });
  return (trust?.data as Record<string, string> | undefined)?.["ca.crt"] ?? "";
}

/** A pod no node takes: its supervisor is played by the test. */
async function environmentPod(more: Record<string, string> = {}): Promise<KubeObject> {
  const revision = await kube.get(resources.revisions, { namespace, name: revisionName });
  return kube.create(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `kambda-env-${randomBytes(4).toString("hex")}`,
      namespace,
      labels: {
        [labels.component]: components.environment,
        [labels.shape]: "0123456789ab",
        [labels.claim]: claims.claimed,
        ...more,
      },
      ownerReferences: [ownerOf(parseRevision(revision))],
    },
    spec: { nodeSelector: { nobody: "here" }, containers: [{ name: "runtime", image: "nothing" }] },
  });
}

async function tokenOf(pod: KubeObject, words: string[], bound = true): Promise<string> {
  const { name, uid } = pod.metadata;
  const binding = ["--bound-object-kind=Pod", `--bound-object-name=${name}`, `--bound-object-uid=${uid}`];
  const all = ["create", "token", "default", "-n", namespace, ...words, ...(bound ? binding : [])];
  return (await kubectl(all)).trim();
}

function dial(token: string) {
  return dialGateway({ port: gateway.ports.link, ca, token });
}
