/** Registering with the Extensions API (docs/lambda.md, Extensions API): who may, when, and what is told to whom. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { claim } from "../harness/claim.ts";
import { startEnvironment } from "../harness/environment.ts";
import { callApi, connectExtension, type ExtensionClient, withExtensions } from "../harness/extension.ts";
import { connectRuntime, json, type Reply } from "../harness/runtime.ts";

claim("all external extensions are registered before the runtime is started", async () => {
  await using environment = await startEnvironment(withExtensions("a", "b"));
  const { layerRoot, taskRoot } = environment.supervisor;
  const a = await connectExtension(layerRoot, "a");
  const b = await connectExtension(layerRoot, "b");
  await a.register(["INVOKE"]);
  expect(existsSync(`${taskRoot}/../tmp/address`)).toBe(false);
  await b.register([]);
  await connectRuntime(taskRoot);
});

claim("registering tells the function, and the account to those who accept it", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  const reply = await a.register(["INVOKE"]);
  expect(reply.status).toBe(200);
  expect(reply.headers["lambda-extension-identifier"]).toMatch(/^[0-9a-f-]{36}$/);
  const facts = { functionName: "f", functionVersion: "$LATEST", handler: "index.handler" };
  expect(json(reply)).toEqual(facts);
  const internal = await callApi(a.port, "POST", "/2020-01-01/extension/register", {
    headers: { "Lambda-Extension-Name": "internal", "Lambda-Extension-Accept-Feature": "x, accountId" },
    body: { events: ["INVOKE"] },
  });
  expect(json(internal)).toEqual({ ...facts, accountId: "123456789012" });
});

claim(
  "an extension sees the function's variables without those of the runtime, and starts at the root",
  async () => {
    await using environment = await startEnvironment({
      ...withExtensions("a"),
      assignment: { variables: { STAGE: "dev", _HIDDEN: "1" } },
    });
    const { variables, workingDirectory, port } = await connectExtension(
      environment.supervisor.layerRoot,
      "a",
    );
    // PWD, OLDPWD, SHLVL and _ are the shell's own.
    for (const name of ["PWD", "OLDPWD", "SHLVL", "_"]) delete variables[name];
    expect(variables).toEqual({
      STAGE: "dev",
      TZ: ":UTC",
      LANG: "en_US.UTF-8",
      PATH: expect.stringContaining("/opt/bin"),
      LD_LIBRARY_PATH: expect.stringContaining("/opt/lib"),
      AWS_REGION: "us-east-1",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_LAMBDA_FUNCTION_NAME: "f",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    });
    expect(workingDirectory).toBe("/");
  },
);

const refusals: Array<{ title: string; type: string; call(a: ExtensionClient): Promise<Reply> }> = [
  {
    title: "a registration without a name",
    type: "Extension.InvalidExtensionName",
    call: (a) => callApi(a.port, "POST", "/2020-01-01/extension/register", { body: { events: [] } }),
  },
  {
    title: "an event that is none",
    type: "Extension.InvalidEventType",
    call: (a) => a.register(["START"]),
  },
  {
    title: "SHUTDOWN for an internal extension",
    type: "Extension.InvalidEventType",
    call: (a) => a.register(["SHUTDOWN"], { "Lambda-Extension-Name": "inner" }),
  },
  {
    title: "configuration keys",
    type: "InvalidRequestFormat",
    call: (a) =>
      callApi(a.port, "POST", "/2020-01-01/extension/register", {
        headers: { "Lambda-Extension-Name": "a" },
        body: { events: [], configurationKeys: ["x"] },
      }),
  },
  {
    title: "registering twice",
    type: "Extension.InvalidExtensionState",
    call: async (a) => {
      await a.register([]);
      return a.register([]);
    },
  },
  {
    title: "an internal extension of a name that is taken",
    type: "Extension.InvalidExtensionState",
    call: async (a) => {
      await a.register([], { "Lambda-Extension-Name": "inner" });
      return a.register([], { "Lambda-Extension-Name": "inner" });
    },
  },
  {
    title: "the eleventh extension",
    type: "Extension.TooManyExtensions",
    call: async (a) => {
      for (let count = 1; count < 10; count++)
        await a.register([], { "Lambda-Extension-Name": `inner-${count}` });
      return a.register([], { "Lambda-Extension-Name": "inner-10" });
    },
  },
  {
    title: "a call without an identifier",
    type: "Extension.MissingExtensionIdentifier",
    call: (a) => callApi(a.port, "GET", "/2020-01-01/extension/event/next"),
  },
  {
    title: "an identifier that is none",
    type: "Extension.InvalidExtensionIdentifier",
    call: (a) =>
      callApi(a.port, "GET", "/2020-01-01/extension/event/next", {
        headers: { "Lambda-Extension-Identifier": "x" },
      }),
  },
  {
    title: "an identifier of nobody",
    type: "Extension.UnknownExtensionIdentifier",
    call: (a) =>
      callApi(a.port, "GET", "/2020-01-01/extension/event/next", {
        headers: { "Lambda-Extension-Identifier": randomUUID() },
      }),
  },
  {
    title: "an error without a type",
    type: "Extension.MissingHeader",
    call: async (a) => {
      await a.register([]);
      return a.error("init", "");
    },
  },
];

for (const { title, type, call } of refusals) {
  claim(`refused with ${type}: ${title}`, async () => {
    await using environment = await startEnvironment(withExtensions("a"));
    const reply = await call(await connectExtension(environment.supervisor.layerRoot, "a"));
    expect(reply.status).toBe(403);
    expect(json(reply)).toEqual({ errorType: type, errorMessage: expect.any(String) });
  });
}

claim("a refused transition is told in Lambda's words", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  expect(json(await a.register([]))).toEqual({
    errorType: "Extension.InvalidExtensionState",
    errorMessage:
      "State transition from Registered to Registered failed for extension a. Error: State transition is not allowed",
  });
});

claim("registration is closed, and init errors are over, once INIT is", async () => {
  await using environment = await startEnvironment(withExtensions("a"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register([]);
  (await connectRuntime(environment.supervisor.taskRoot)).free();
  a.free();
  await environment.initialized();
  const late = await callApi(a.port, "POST", "/2020-01-01/extension/register", {
    headers: { "Lambda-Extension-Name": "inner" },
    body: { events: [] },
  });
  expect(json(late)).toEqual({
    errorType: "Extension.RegistrationClosed",
    errorMessage: "Extension registration closed already",
  });
  expect(json(await a.error("init", "Extension.Late"))).toMatchObject({
    errorType: "Extension.InvalidExtensionState",
    errorMessage: expect.stringMatching(/^State transition from Ready to InitError failed/),
  });
});
