/** What a caller sees whatever happens to environments, pods and links; a whole gateway, environments played by the test. */
import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { KubeError, type KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { startLimits } from "../start/limits.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway, type TestGateway, testNamespace } from "../testing/gateway.ts";

test("a pooled claim asks nothing of Kubernetes before the first byte (H1), and marks the pod after", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const seen = Promise.withResolvers<string[]>();
  await it.environment("kambda-pool-1", {
    handler: () => {
      seen.resolve(callsButLease(it));
      return { body: "1" };
    },
  });
  const before = callsButLease(it);
  expect((await invoke(it)).status).toBe(200);
  expect(await seen.promise).toEqual(before);
  await until(() => podOf(it, "kambda-pool-1")?.metadata.labels?.[labels.claim] === "claimed");
  expect(podOf(it, "kambda-pool-1")?.metadata.labels?.[labels.function]).toBe("hello");
});

test.each([
  ["small", 100],
  ["larger than a frame takes", startLimits.inlineBytesMax + 1],
])(
  "a pooled claim needs neither Kubernetes nor the code store once its %s code was fetched (H1)",
  async (_, bytes) => {
    await using it = await startTestGateway();
    await it.deploy({}, "hello", { archive: Buffer.alloc(bytes, 1), sha256: "c".repeat(64) });
    const first = await it.environment("kambda-pool-1");
    const second = await it.environment("kambda-pool-2");
    expect((await invoke(it)).status).toBe(200);
    const other = [first, second].find(({ received }) => received.every(({ type }) => type !== "assign"));
    await until(
      () =>
        podOf(it, other === first ? "kambda-pool-2" : "kambda-pool-1")?.metadata.labels?.[labels.function],
    );
    (other === first ? second : first).cut();
    await until(async () => (await metrics(it)).includes("kambda_links 1"));
    it.cutOff();
    expect((await invoke(it)).status).toBe(200);
    const received = other?.received.filter(({ type }) => type === "assign" || type === "code") ?? [];
    expect(received.reduce((sum, { body }) => sum + body.length, 0)).toBe(bytes);
  },
);

test("assignment and event go out in one breath", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const environment = await it.environment("kambda-pool-1");
  await invoke(it);
  const types = environment.received.map(({ type }) => type);
  expect(types.slice(types.indexOf("assign"), types.indexOf("assign") + 2)).toEqual(["assign", "invoke"]);
});

test.each(["pool", "restart", "pod"])(
  "a cold start by way of a %s is told by phase, the calls after it are not",
  async (way) => {
    await using it = await startTestGateway();
    await it.deploy();
    if (way !== "pod") await it.environment("kambda-pool-1", { process: way === "pool" ? "ahead" : "anew" });
    const answer = invoke(it);
    if (way === "pod") {
      const token = await it.kube.token(await until(() => pods(it)[0]));
      await dialGateway({ port: it.gateway.ports.link, ca: it.ca, token }).welcomed;
    }
    expect((await answer).status).toBe(200);
    expect((await invoke(it)).status).toBe(200);
    const counts = (await metrics(it)).split("\n").filter((line) => line.includes("phase_seconds_count"));
    expect(counts).toEqual(
      ["wait", "claim", "code", "init", "first_byte"].map(
        (phase) => `kambda_cold_start_phase_seconds_count{way="${way}",phase="${phase}"} 1`,
      ),
    );
  },
);

test("a second request beside a busy environment takes another one", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const gate = Promise.withResolvers<void>();
  const handler = async () => {
    await gate.promise;
    return { body: "1" };
  };
  const one = await it.environment("kambda-pool-1", { handler });
  const two = await it.environment("kambda-pool-2", { handler });
  const answers = [invoke(it), invoke(it)];
  await until(() => [one, two].every(({ received }) => received.some(({ type }) => type === "invoke")));
  gate.resolve();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
});

test("the 2nd invocation at once is throttled when 1 is reserved, and the next one runs", async () => {
  await using it = await startTestGateway();
  await it.deploy({ reservedConcurrency: 1 });
  const gate = Promise.withResolvers<void>();
  const environment = await it.environment("kambda-pool-1", {
    handler: async () => {
      await gate.promise;
      return { body: "1" };
    },
  });
  const first = invoke(it);
  await until(() => environment.received.some(({ type }) => type === "invoke"));
  const second = await invoke(it);
  expect(second.status).toBe(429);
  expect(await second.json()).toEqual({
    Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    Type: "User",
    message: "Rate Exceeded.",
  });
  gate.resolve();
  expect((await first).status).toBe(200);
  expect((await invoke(it)).status).toBe(200);
});

test("a pod deleted in the middle of its invocation is an answer at once, not a hang", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const environment = await stuckEnvironment(it, "kambda-pool-1");
  const answer = invoke(it);
  await until(() => environment.received.some(({ type }) => type === "invoke"));
  await it.kube.remove(resources.pods, { namespace: testNamespace, name: "kambda-pool-1" });
  const response = await answer;
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([500, "ServiceException"]);
  expect(await response.text()).toContain("interrupted");
});

test("a pod the kernel killed for memory is the function's own error", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const environment = await stuckEnvironment(it, "kambda-pool-1");
  const answer = invoke(it);
  await until(() => environment.received.some(({ type }) => type === "invoke"));
  const pod = podOf(it, "kambda-pool-1") as KubeObject;
  const terminated = { reason: "OOMKilled", exitCode: 137 };
  const status = { phase: "Failed", containerStatuses: [{ name: "runtime", state: { terminated } }] };
  environment.cut();
  it.kube.put(resources.pods, { ...pod, status });
  const response = await answer;
  expect([response.status, response.headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
  const requestId = response.headers.get("x-amzn-requestid");
  expect(await response.json()).toEqual({
    errorType: "Runtime.OutOfMemory",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  });
});

test("a link that breaks in the middle and comes back delivers the answer, once", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const first = await stuckEnvironment(it, "kambda-pool-1");
  const answer = invoke(it);
  await until(() => first.received.some(({ type }) => type === "invoke"));
  const invoked = first.received.find((message) => message.type === "invoke");
  if (invoked?.type !== "invoke") throw new Error("no invocation");
  const { requestId, grant, revision } = invoked.head;
  first.cut();
  const again = dialGateway({
    port: it.gateway.ports.link,
    ca: it.ca,
    ticket: first.ticket() ?? "",
    key: first.key,
    hello: { state: "assigned", revision, busy: requestId },
  });
  await again.welcomed;
  // The frames from before the break come a second time, then the rest.
  for (let turn = 0; turn < 2; turn++) {
    again.send("begin", { requestId, grant });
    again.send("responseHead", { requestId, mode: "buffered" });
    again.send("responseChunk", { requestId }, Buffer.from('"once"'));
  }
  again.send("responseEnd", { requestId });
  again.send("end", { requestId, grant, status: "success", durationMs: 1, billedMs: 1, memoryUsedMb: 1 });
  expect(await (await answer).text()).toBe('"once"');
});

test("an environment that was leaving when its request came hands it to another one", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const leaving = await it.environment("kambda-pool-1", { refuse: true });
  const answer = invoke(it);
  await until(() => leaving.received.some(({ type }) => type === "invoke"));
  leaving.send("leaving", { reason: "SIGTERM" });
  await it.environment("kambda-pool-2", { handler: () => ({ body: '"from the second"' }) });
  expect(await (await answer).text()).toBe('"from the second"');
});

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

test("an idle environment is told to leave, and its pod is scaled away", async () => {
  await using it = await startTestGateway({ environments: { idleSecondsMax: 1 } });
  await it.deploy();
  const environment = await it.environment("kambda-pool-1");
  await invoke(it);
  await until(() => environment.received.some(({ type }) => type === "shutdown"));
});

test("an update sends new requests to the new revision, and the old one's environment leaves", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const old = await it.environment("kambda-pool-1", { handler: () => ({ body: '"old"' }) });
  expect(await (await invoke(it)).text()).toBe('"old"');
  await it.environment("kambda-pool-2", { handler: () => ({ body: '"new"' }) });
  await it.deploy({}, "hello", undefined, { revision: "hello-fedcba9876543210" });
  expect(await (await invoke(it)).text()).toBe('"new"');
  await until(() => old.received.some(({ type }) => type === "shutdown"));
});

test("a failed INIT is answered by the environment and told to the Revision with the end of its log", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const error = { errorType: "Runtime.ImportModuleError", errorMessage: "Cannot find module 'x'" };
  await it.environment("kambda-pool-1", {
    initError: { ...error, logTail: "the end of the log" },
    handler: () => ({ body: JSON.stringify(error), functionError: "Unhandled" }),
  });
  const response = await invoke(it);
  expect([response.status, response.headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
  expect(await response.json()).toEqual(error);
  const condition = await until(() => revisionCondition(it, "Invocable"));
  expect(condition).toMatchObject({
    status: "False",
    message: "Runtime.ImportModuleError: Cannot find module 'x'",
  });
  const revision = it.kube.objects.get(`revisions/${testNamespace}/hello-0123456789abcdef`);
  expect(revision?.status).toMatchObject({ lastInitError: { ...error, logTail: "the end of the log" } });
});

test("a gateway that leaves finishes what is in flight", async () => {
  const it = await startTestGateway();
  await it.deploy();
  const gate = Promise.withResolvers<void>();
  const environment = await it.environment("kambda-pool-1", {
    handler: async () => {
      await gate.promise;
      return { body: '"finished"' };
    },
  });
  const answer = invoke(it);
  await until(() => environment.received.some(({ type }) => type === "invoke"));
  const left = it[Symbol.asyncDispose]();
  const late = invoke(it);
  gate.resolve();
  for (const one of [answer, late]) expect(await (await one).text()).toBe('"finished"');
  await left;
  expect(await environment.ended).toBe("closed");
});

test("an environment in use before a restart is taken over by the next gateway", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const first = await it.environment("kambda-pool-1");
  await invoke(it);
  first.cut();
  await until(async () => (await metrics(it)).includes("kambda_links 0"));
  const hello = { state: "assigned", revision: "hello-0123456789abcdef" } as const;
  const options = {
    port: it.gateway.ports.link,
    ca: it.ca,
    ticket: first.ticket() ?? "",
    key: first.key,
    hello,
  };
  await dialGateway({ ...options, handler: () => ({ body: '"still here"' }) }).welcomed;
  expect(await (await invoke(it)).text()).toBe('"still here"');
});

function refusal(code: number, reason: string, message: string): KubeError {
  return new KubeError("POST pods", { code, reason, message });
}

function stuckEnvironment(it: TestGateway, name: string) {
  return it.environment(name, { handler: () => new Promise(() => undefined) });
}

function podOf(it: TestGateway, name: string): KubeObject | undefined {
  return it.kube.objects.get(`pods/${testNamespace}/${name}`);
}

function pods(it: TestGateway): KubeObject[] {
  return [...it.kube.objects.values()].filter(({ kind }) => kind === "Pod");
}

function revisionCondition(it: TestGateway, type: string) {
  const revision = it.kube.objects.get(`revisions/${testNamespace}/hello-0123456789abcdef`);
  const { conditions } = (revision?.status ?? {}) as {
    conditions?: { type: string; status: string; message: string }[];
  };
  return conditions?.find((one) => one.type === type);
}

async function metrics(it: TestGateway): Promise<string> {
  return (await fetch(`http://127.0.0.1:${it.gateway.ports.metrics}/metrics`)).text();
}

/** The Lease is looked at in its own time, whoever calls. */
function callsButLease(it: TestGateway): string[] {
  return it.kube.calls.filter((call) => !call.endsWith(" leases"));
}

function invoke(it: TestGateway, body = "{}", headers: Record<string, string> = {}, signal?: AbortSignal) {
  return fetch(`http://127.0.0.1:${it.gateway.ports.api}/2015-03-31/functions/hello/invocations`, {
    method: "POST",
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${testNamespace}/x`, ...headers },
    body,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Looks until it is so, for 10 s at most. */
async function until<T>(look: () => T | Promise<T>): Promise<NonNullable<Exclude<T, false>>> {
  for (let turn = 0; turn < 1000; turn++) {
    const seen = await look();
    if (seen !== undefined && seen !== false && seen !== null) return seen as NonNullable<Exclude<T, false>>;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("waited 10 s in vain");
}
