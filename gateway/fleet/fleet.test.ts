/** Environments that go, and gateways that do; a whole gateway, environments played by the test. */
import { expect, test } from "vitest";
import { invoke, metrics, revisionCondition, until } from "../testing/ask.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway, testNamespace } from "../testing/gateway.ts";

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
