/** Environments claimed from the pool or used again, and how many at once; a whole gateway, environments played by the test. */
import { expect, test } from "vitest";
import { labels } from "../../crds/labels.ts";
import { type Clock, createSystemClock } from "../../kernel/clock/clock.ts";
import type { GatewayOptions } from "../assembly/deps.ts";
import { listenWithNode } from "../listener/node.ts";
import { startLimits } from "../start/limits.ts";
import { callsButLease, invoke, metrics, podOf, pods, until } from "../testing/ask.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway } from "../testing/gateway.ts";
import { fleetLimits } from "./limits.ts";

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

test("who calls again as soon as it is answered is not over its limit, though the environment is free a moment later", async () => {
  const system = createSystemClock();
  const free = Promise.withResolvers<void>();
  let pauses = 0;
  // That moment ends in the pause before the call is asked about again, which lasts until the gateway knows: whatever the machine does.
  const after: Clock["after"] = (ms, call) => {
    if (ms !== fleetLimits.overLimitAgainMs) return system.after(ms, call);
    pauses++;
    free.resolve();
    void until(async () => /_duration_seconds_count{[^}]*} 1/.test(await metrics(it))).then(call);
    return () => undefined;
  };
  await using it = await startTestGateway({}, undefined, undefined, { clock: { ...system, after } });
  await it.deploy({ reservedConcurrency: 1 });
  await it.environment("kambda-pool-1", { handler: () => ({ body: "1", free: free.promise }) });
  expect((await invoke(it)).status).toBe(200);
  expect(pauses).toBe(0);
  expect((await invoke(it)).status).toBe(200);
  expect(pauses).toBe(1);
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

test("a streamed response too large for a caller who wants the whole is the function's error, and its environment serves on", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  let calls = 0;
  const environment = await it.environment("kambda-pool-1", {
    handler: (_, { requestId }) => {
      calls++;
      if (calls > 1) return { body: '"again"' };
      environment.send("responseHead", { requestId, mode: "streaming" });
      for (let megabytes = 0; megabytes < 7; megabytes++)
        environment.send("responseChunk", { requestId }, Buffer.alloc(1024 * 1024));
      environment.send("responseEnd", { requestId });
      return { body: "" };
    },
  });
  const answer = await invoke(it);
  expect([answer.status, answer.headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
  expect(await answer.json()).toMatchObject({ errorType: "Function.ResponseSizeTooLarge" });
  expect(await (await invoke(it)).text()).toBe('"again"');
});

test("an event that waits takes room in the gateway, and none once its function has begun", async () => {
  const roomFor =
    (heldBytesMax: number): GatewayOptions["listen"] =>
    (options, handler) =>
      listenWithNode({ ...options, heldBytesMax }, handler);
  await using it = await startTestGateway({}, roomFor(1_000_000));
  await it.deploy();
  const event = (bytes: number) => JSON.stringify("x".repeat(bytes));
  const dryRun = (bytes: number) => invoke(it, event(bytes), { "x-amz-invocation-type": "DryRun" });
  const answers = [invoke(it, event(400_000)), invoke(it, event(400_000))];
  const refused = await until(async () => [await dryRun(400_000)].find(({ status }) => status !== 204));
  expect([refused.status, await refused.text()]).toEqual([
    503,
    expect.stringContaining("the gateway holds as many bytes of requests as it may"),
  ]);
  const gate = Promise.withResolvers<void>();
  const handler = async (payload: Uint8Array) => {
    await gate.promise;
    return { body: String(payload.length) };
  };
  await it.environment("kambda-pool-1", { handler });
  await it.environment("kambda-pool-2", { handler });
  await until(async () => (await dryRun(900_000)).status === 204);
  gate.resolve();
  expect(await Promise.all(answers.map(async (one) => (await one).text()))).toEqual(["400002", "400002"]);
});
