/** What a caller sees when its environment, its pod or the link to it goes; a whole gateway, environments played by the test. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { noGrant } from "../../crds/link/grant.ts";
import type { HeadOf, ToEnvironment } from "../../crds/link/messages.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { invoke, podOf, pods, stuckEnvironment, until } from "../testing/ask.ts";
import { dialGateway, type TestEnvironmentOptions, type TestHandler } from "../testing/environment.ts";
import { startTestGateway, type TestGateway, testNamespace } from "../testing/gateway.ts";
import { fleetLimits } from "./limits.ts";

type Invoke = HeadOf<ToEnvironment, "invoke">;

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

/** An environment whose link breaks in the middle of an invocation, and which dials again and says what it does. */
async function cutAndBack(
  it: TestGateway,
  says: (invoke: Invoke) => TestEnvironmentOptions["hello"],
  handler?: TestHandler,
) {
  const first = await stuckEnvironment(it, "kambda-pool-1");
  const answer = invoke(it);
  await until(() => first.received.some(({ type }) => type === "invoke"));
  const invoked = first.received.find((message) => message.type === "invoke");
  if (invoked?.type !== "invoke") throw new Error("no invocation");
  first.cut();
  const again = dialGateway({
    port: it.gateway.ports.link,
    ca: it.ca,
    ticket: first.ticket() ?? "",
    key: first.key,
    hello: { state: "assigned", revision: invoked.head.revision, ...says(invoked.head) },
    ...(handler === undefined ? {} : { handler }),
  });
  await again.welcomed;
  return { answer, again, ...invoked.head };
}

const ended = { status: "success", durationMs: 1, billedMs: 1, memoryUsedMb: 1 } as const;

test("a link that breaks in the middle and comes back delivers the answer, once", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const busy = ({ requestId }: Invoke) => ({ busy: requestId });
  const { answer, again, requestId, grant } = await cutAndBack(it, busy);
  // The frames from before the break come a second time, then the rest.
  for (let turn = 0; turn < 2; turn++) {
    again.send("begin", { requestId, grant });
    again.send("responseHead", { requestId, mode: "buffered" });
    again.send("responseChunk", { requestId }, Buffer.from('"once"'));
  }
  again.send("responseEnd", { requestId });
  again.send("end", { requestId, grant, ...ended });
  expect(await (await answer).text()).toBe('"once"');
});

test("an environment that came back with its answer keeps its link: the invocation after it is not lost", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const { answer, again, requestId, grant } = await cutAndBack(it, hasDone, async () => {
    await pause(fleetLimits.resendMsMax + 500);
    return { body: '"the second"' };
  });
  again.send("responseHead", { requestId, mode: "buffered" });
  again.send("responseChunk", { requestId }, Buffer.from('"the first"'));
  again.send("responseEnd", { requestId });
  again.send("end", { requestId, grant, ...ended });
  expect(await (await answer).text()).toBe('"the first"');
  const second = await invoke(it);
  expect([second.status, await second.text()]).toEqual([200, '"the second"']);
});

test("an answer that never comes is told to its caller alone: the environment serves on", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const { answer } = await cutAndBack(it, hasDone);
  expect((await answer).status).toBe(500);
  expect((await invoke(it)).status).toBe(200);
  expect(pods(it)).toHaveLength(1);
});

function hasDone({ grant }: Invoke) {
  return { last: grant };
}

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

test("a request that crossed its environment's leave is handed to another one, for it never came there", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const leaving = await it.environment("kambda-pool-1", { deaf: true });
  const answer = invoke(it);
  await until(() => leaving.received.some(({ type }) => type === "invoke"));
  leaving.send("leaving", { reason: "SIGTERM", last: noGrant });
  leaving.cut();
  await it.environment("kambda-pool-2", { handler: () => ({ body: '"from the second"' }) });
  expect(await (await answer).text()).toBe('"from the second"');
});

test("a request that came before its environment's leave is that environment's to answer", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  const leaving = await stuckEnvironment(it, "kambda-pool-1");
  const answer = invoke(it);
  const invoked = await until(() => leaving.received.find((message) => message.type === "invoke"));
  if (invoked?.type !== "invoke") throw new Error("no invocation");
  const { requestId, grant } = invoked.head;
  leaving.send("leaving", { reason: "SIGTERM", last: grant });
  await it.environment("kambda-pool-2", { handler: () => ({ body: '"from the second"' }) });
  leaving.send("begin", { requestId, grant });
  leaving.send("responseHead", { requestId, mode: "buffered" });
  leaving.send("responseChunk", { requestId }, Buffer.from('"from the first"'));
  leaving.send("responseEnd", { requestId });
  leaving.send("end", { requestId, grant, ...ended });
  expect(await (await answer).text()).toBe('"from the first"');
});
