/** Two shards over two whole gateways that share a cluster: every namespace is served through either, and by one when the other leaves. */
import { expect, test } from "vitest";
import { labels } from "../crds/labels.ts";
import { resources } from "../kernel/kube/resources.ts";
import { freePort } from "../test/support/freeport.ts";
import { shardOf } from "./shard/hash.ts";
import { pods, until } from "./testing/ask.ts";
import { dialGateway } from "./testing/environment.ts";
import { startTestGateway, type TestGateway, type TestPlace } from "./testing/gateway.ts";

const settings = { gateway: { shards: 2 } };
const namespaces = ["team", "other"];

test("the namespaces are of different shards", () => {
  expect(namespaces.map((namespace) => shardOf(namespace, 2)).toSorted()).toEqual([0, 1]);
});

test("each shard has a placer, whom both gateways ask; when it leaves, the other places", async () => {
  const peerPort = await freePort();
  const one = await startAt({ name: "one", host: "127.0.0.1", peerPort });
  const two = await startAt({ name: "two", host: "127.0.0.2", peerPort, beside: one });
  try {
    for (const namespace of namespaces) await one.deploy({}, "hello", undefined, { namespace });
    await until(async () => (await isReady(one)) && (await isReady(two)));
    for (const shard of [0, 1]) await until(() => holderOf(one, shard));
    for (const namespace of namespaces) {
      expect(await served(one, two, namespace)).toBe(200);
      expect(await served(two, one, namespace)).toBe(200);
    }
    await one[Symbol.asyncDispose]();
    for (const shard of [0, 1]) await until(() => holderOf(two, shard) === "two/1");
    for (const namespace of namespaces) expect(await served(two, undefined, namespace)).toBe(200);
  } finally {
    await two[Symbol.asyncDispose]();
  }
});

test("a token that one gateway has accepted counts for no other key at the other, where its environment never was", async () => {
  const peerPort = await freePort();
  const one = await startAt({ name: "one", host: "127.0.0.1", peerPort });
  const two = await startAt({ name: "two", host: "127.0.0.2", peerPort, beside: one });
  try {
    await until(() => one.log.lines.includes("another gateway is met"));
    const token = await one.kube.token(one.poolPod("kambda-pool-1"));
    const first = dialGateway({ ...placeOf(one), token });
    await first.welcomed;
    expect(await dialGateway({ ...placeOf(two), token }).ended).toBe("TokenUsed");
  } finally {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  }
});

async function startAt(place: TestPlace): Promise<TestGateway> {
  const { beside } = place;
  const gateway = await startTestGateway(settings, undefined, place);
  hosts.set(gateway, place.host);
  (beside ?? gateway).kube.put(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: place.name, namespace: "kambda-system", labels: { [labels.component]: "gateway" } },
    status: { phase: "Running", podIP: place.host },
  });
  return gateway;
}

/** Asks `at`; a pod that is made for the request dials every gateway there is. */
async function served(at: TestGateway, other: TestGateway | undefined, namespace: string): Promise<number> {
  const before = new Set(pods(at).map(({ metadata }) => metadata.name));
  let status: number | undefined;
  const answer = invoke(at, namespace).then((response) => {
    status = response.status;
  });
  const pod = await until(
    () => status !== undefined || pods(at).find(({ metadata }) => !before.has(metadata.name)),
  );
  if (pod !== true) {
    const first = dialGateway({ ...placeOf(at), token: await at.kube.token(pod) });
    await first.welcomed;
    const { key } = first;
    const again = other && dialGateway({ ...placeOf(other), ticket: first.ticket() ?? "", key });
    await again?.welcomed;
  }
  await answer;
  return status ?? 0;
}

const hosts = new Map<TestGateway, string>();

function placeOf(it: TestGateway) {
  return { host: hosts.get(it) ?? "", port: it.gateway.ports.link, ca: it.ca };
}

function invoke(it: TestGateway, namespace: string) {
  const url = `http://${hosts.get(it)}:${it.gateway.ports.api}/2015-03-31/functions/hello/invocations`;
  return fetch(url, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${namespace}/x` },
    body: "{}",
  });
}

function holderOf(it: TestGateway, shard: number): string | undefined {
  const lease = it.kube.objects.get(`leases/kambda-system/kambda-placer-${shard}`);
  return (lease?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
}

async function isReady(it: TestGateway): Promise<boolean> {
  return (await fetch(`http://${hosts.get(it)}:${it.gateway.ports.metrics}/readyz`)).ok;
}
