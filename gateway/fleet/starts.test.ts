/** Pods made for who waits, and what a caller sees when none can be; a whole gateway, environments played by the test. */
import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { urlId } from "../../crds/names.ts";
import type { KubeError, KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { placerLimits } from "../placer/limits.ts";
import { invoke, metrics, pods, refusal, revisionCondition, until } from "../testing/ask.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway, testNamespace } from "../testing/gateway.ts";

const cannot: [string, KubeError, number, string, string][] = [
  [
    "over the quota",
    refusal(403, "Forbidden", 'pods "x" is forbidden: exceeded quota: small'),
    429,
    "TooManyRequestsException",
    "exceeded quota",
  ],
  [
    "refused by an admission policy",
    refusal(422, "Invalid", "denied the request: no pods today"),
    502,
    "ResourceNotReadyException",
    "no pods today",
  ],
  [
    "not created since the API server is away",
    refusal(0, "Unreachable", "connection refused"),
    503,
    "ServiceUnavailableException",
    "connection refused",
  ],
];

test.each(cannot)("a pod %s is an answer that says so", async (_, error, status, code, words) => {
  await using it = await startTestGateway();
  await it.deploy();
  it.kube.refuseCreates("pods", error);
  const response = await invoke(it);
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, code]);
  expect(await response.text()).toContain(words);
  await until(() => revisionCondition(it, "Schedulable")?.status === "False");
  expect(revisionCondition(it, "Schedulable")?.message).toContain(words);
});

test.each<[string, Record<string, unknown>, number, string]>([
  [
    "whose image cannot be pulled",
    {
      containerStatuses: [
        { name: "runtime", state: { waiting: { reason: "ErrImagePull", message: "no such image" } } },
      ],
    },
    502,
    "no such image",
  ],
  [
    "that ends before it says hello",
    { phase: "Failed", containerStatuses: [{ name: "runtime", state: { terminated: { exitCode: 1 } } }] },
    503,
    "exit code 1",
  ],
])("a created pod %s is an answer that says so, and the pod goes", async (_, status, code, words) => {
  await using it = await startTestGateway();
  await it.deploy();
  const answer = invoke(it);
  const pod = await until(() => pods(it)[0]);
  it.kube.put(resources.pods, { ...pod, status });
  const response = await answer;
  expect(response.status).toBe(code);
  expect(await response.text()).toContain(words);
  if (status.phase !== "Failed") await until(() => pods(it).length === 0);
});

test("a created pod that dials home serves the request it was made for", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const answer = invoke(it, '"made for you"');
  const pod = await until(() => pods(it)[0]);
  expect(pod.metadata.labels?.[labels.claim]).toBe("dedicated");
  const token = await it.kube.token(pod);
  await dialGateway({ port: it.gateway.ports.link, ca: it.ca, token }).welcomed;
  expect(await (await answer).text()).toBe('"made for you"');
});

test("a pod that has dialled home is waited for until it stands: none is started besides", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const answer = invoke(it, '"one is enough"');
  const token = await it.kube.token(await until(() => pods(it)[0]));
  const stands = Promise.withResolvers<void>();
  await dialGateway({ port: it.gateway.ports.link, ca: it.ca, token, stands: stands.promise }).welcomed;
  // Several of the placer's beats, at each of which it looks whether something is to be started for who waits.
  const fromMs = performance.now();
  await until(() => performance.now() - fromMs > 10 * placerLimits.tickMsWaiting);
  stands.resolve();
  expect(await (await answer).text()).toBe('"one is enough"');
  expect(pods(it)).toHaveLength(1);
});

test("a pod whose link breaks before it stands is waited for again, and for a second caller another is started", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const answer = invoke(it);
  const pod = await until(() => pods(it)[0]);
  const at = { port: it.gateway.ports.link, ca: it.ca };
  const silent = dialGateway({ ...at, token: await it.kube.token(pod), stands: new Promise(() => {}) });
  await until(() => silent.received.some(({ type }) => type === "epoch"));
  silent.cut();
  await until(async () => (await metrics(it)).includes("kambda_links 0"));
  expect(pods(it)).toHaveLength(1);
  const gate = Promise.withResolvers<void>();
  const handler = async () => {
    await gate.promise;
    return { body: '"done"' };
  };
  const again = dialGateway({ ...at, ticket: silent.ticket() ?? "", key: silent.key, handler });
  await until(() => again.received.some(({ type }) => type === "invoke"));
  const second = invoke(it);
  await until(() => pods(it).length === 2);
  gate.resolve();
  expect(await Promise.all([answer, second].map(async (one) => (await one).text()))).toEqual([
    '"done"',
    '"done"',
  ]);
});

test("code that is not in the store is an answer that says so", async () => {
  await using it = await startTestGateway();
  await it.deploy({}, "hello", { archive: Buffer.alloc(3), sha256: "b".repeat(64) }, { stored: false });
  await it.environment("kambda-pool-1");
  it.kube.refuseCreates("pods", refusal(422, "Invalid", "none"));
  const response = await invoke(it);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain("the code store has no");
});

test("a request waits no longer than it may", async () => {
  await using it = await startTestGateway({ invoke: { waitMsMax: 200 } });
  await it.deploy();
  const response = await invoke(it);
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([
    503,
    "ServiceUnavailableException",
  ]);
});

test("a caller that hangs up while it waits leaves the line; one whose function runs does not stop it", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const gone = new AbortController();
  const waiting = invoke(it, "{}", {}, gone.signal).catch((error: Error) => error.name);
  await until(() => pods(it).length === 1);
  gone.abort();
  expect(await waiting).toBe("AbortError");
  await until(async () => (await metrics(it)).includes("kambda_waiting 0"));
  const token = await it.kube.token(pods(it)[0] as KubeObject);
  const environment = dialGateway({ port: it.gateway.ports.link, ca: it.ca, token });
  await environment.welcomed;
  await until(() => environment.received.some(({ type }) => type === "assign"));
  expect(environment.received.some(({ type }) => type === "invoke")).toBe(false);
});

test("requests whose function is deleted while they wait are told that there is none, and cost neither permits nor the environment that came for them", async () => {
  await using it = await startTestGateway({
    account: { concurrentExecutions: 2 },
    urls: { pathForm: true },
  });
  const id = urlId({ seed: "kambda", namespace: testNamespace, functionName: "hello" });
  const getUrl = () => fetch(`http://127.0.0.1:${it.gateway.ports.public}/${id}/`);
  const said = async (response: Response) => [response.status, await response.text()];
  await it.deploy();
  const waiting = [invoke(it), getUrl()];
  await until(async () => (await metrics(it)).includes("kambda_waiting 2"));
  await it.kube.remove(resources.functions, { namespace: testNamespace, name: "hello" });
  await it.kube.remove(resources.revisions, { namespace: testNamespace, name: "hello-0123456789abcdef" });
  await until(async () => (await invoke(it)).status === 404);
  const environment = await it.environment("kambda-pool-1");
  const toldNow = [await said(await invoke(it)), await said(await getUrl())];
  expect(await Promise.all(waiting.map(async (one) => said(await one)))).toEqual(toldNow);
  expect(toldNow.map(([status]) => status)).toEqual([404, 403]);
  await it.deploy({}, "other");
  const other = async () => (await invoke(it, "{}", {}, undefined, "other")).status;
  expect(await until(async () => [await other()].find((status) => status !== 404))).toBe(200);
  expect(environment.received.filter(({ type }) => type === "assign")).toHaveLength(1);
});
