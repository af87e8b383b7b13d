/** The Invoke operation over HTTP, as SDKs use it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { accountIdOf } from "../../crds/names.ts";
import { startTestGateway, type TestGateway, testNamespace } from "../testing/gateway.ts";

let it: TestGateway;
const account = accountIdOf(testNamespace);

beforeAll(async () => {
  it = await startTestGateway();
  await it.deploy();
  await it.environment("kambda-pool-1", {
    handler: (payload, { invokedFunctionArn, clientContext, cognitoIdentity, tenantId }) =>
      Buffer.from(payload).toString() === '"fail"'
        ? { body: '{"errorType":"Error"}', functionError: "Unhandled" }
        : {
            body: JSON.stringify({
              event: JSON.parse(Buffer.from(payload).toString()),
              invokedFunctionArn,
              clientContext,
              cognitoIdentity,
              tenantId,
            }),
          },
  });
});
afterAll(() => it[Symbol.asyncDispose]());

const arn = `arn:aws:lambda:us-east-1:${account}:function:hello`;

test.each([
  ["a name", "hello", "", arn],
  ["a partial ARN", `${account}:function:hello`, "", arn],
  ["a full ARN", arn, "", arn],
  ["a name with a qualifier", "hello:$LATEST", "", `${arn}:$LATEST`],
  ["a qualifier in the query", "hello", "?Qualifier=%24LATEST", `${arn}:$LATEST`],
])("takes %s", async (_, name, query, invoked) => {
  const response = await call(`${encodeURIComponent(name)}/invocations${query}`, {});
  expect(await response.json()).toMatchObject({ invokedFunctionArn: invoked });
});

test.each<[string, string, RequestInit, number, string, string]>([
  [
    "an unknown function",
    "nobody/invocations",
    {},
    404,
    "ResourceNotFoundException",
    `${account}:function:nobody:$LATEST`,
  ],
  ["an unknown version", "hello:7/invocations", {}, 404, "ResourceNotFoundException", "function:hello:7"],
  [
    "another region",
    `${encodeURIComponent(arn.replace("us-east-1", "eu-west-1"))}/invocations`,
    {},
    404,
    "ResourceNotFoundException",
    "not reachable in this region",
  ],
  [
    "another account",
    `${encodeURIComponent("000000000000:function:hello")}/invocations`,
    {},
    404,
    "ResourceNotFoundException",
    "000000000000",
  ],
  ["a name that is none", "he%20llo/invocations", {}, 400, "ValidationException", "names no function"],
  [
    "two qualifiers that differ",
    "hello:1/invocations?Qualifier=2",
    {},
    400,
    "InvalidParameterValueException",
    "does not match",
  ],
  [
    "invalid JSON",
    "hello/invocations",
    { body: "{nope" },
    400,
    "InvalidRequestContentException",
    "Could not parse request body into json",
  ],
  [
    "invalid JSON of several MB, which is read in a thread",
    "hello/invocations",
    { body: `["${"x".repeat(5_000_000)}"` },
    400,
    "InvalidRequestContentException",
    "Could not parse request body into json",
  ],
  [
    "a payload that is no UTF-8",
    "hello/invocations",
    { body: new Uint8Array([0x22, 0xff, 0x22]) },
    400,
    "InvalidRequestContentException",
    "Could not parse request body into json",
  ],
  [
    "a payload over 6 MB",
    "hello/invocations",
    { body: "x".repeat(6 * 1024 * 1024 + 1) },
    413,
    "RequestEntityTooLargeException",
    "6291456 bytes",
  ],
  [
    "a client context that is none",
    "hello/invocations",
    { headers: { "x-amz-client-context": "!" } },
    400,
    "InvalidRequestContentException",
    "Base64",
  ],
  [
    "a Cognito identity without its pool",
    "hello/invocations",
    { headers: { "x-amz-cognito-identity": base64('{"cognitoIdentityId":"i"}') } },
    400,
    "InvalidRequestContentException",
    "cognitoIdentityPoolId",
  ],
  [
    "a tenant longer than the model allows",
    "hello/invocations",
    { headers: { "x-amz-tenant-id": "t".repeat(257) } },
    400,
    "ValidationException",
    "tenantId",
  ],
  [
    "an unknown invocation type",
    "hello/invocations",
    { headers: { "x-amz-invocation-type": "Later" } },
    400,
    "ValidationException",
    "Later",
  ],
  [
    "an asynchronous invocation, for now",
    "hello/invocations",
    { headers: { "x-amz-invocation-type": "Event" } },
    400,
    "InvalidParameterValueException",
    "Event",
  ],
  [
    "another operation",
    "hello/configuration",
    { method: "GET", body: null },
    404,
    "UnknownOperationException",
    "kubectl",
  ],
])("refuses %s with Lambda's error", async (_, path, init, status, code, words) => {
  const response = await call(path, init);
  expect([response.status, response.headers.get("x-amzn-errortype")]).toEqual([status, code]);
  expect(await response.text()).toContain(words);
  expect(response.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
});

test("an empty payload is an empty object, and a dry run runs nothing", async () => {
  expect(await (await call("hello/invocations", { body: "" })).json()).toMatchObject({ event: {} });
  const dry = await call("hello/invocations", { headers: { "x-amz-invocation-type": "DryRun" } });
  expect([dry.status, await dry.text()]).toEqual([204, ""]);
});

test("a payload of several MB comes to its function whole", async () => {
  const event = { text: "\u00fc".repeat(2_000_000) };
  const response = await call("hello/invocations", { body: JSON.stringify(event) });
  expect(await response.json()).toMatchObject({ event });
});

test("a function's error, the end of its log and the client's context go with the answer", async () => {
  const context = Buffer.from('{"client":{"app":"x"}}').toString("base64");
  const headers = { "x-amz-log-type": "Tail", "x-amz-client-context": context };
  const good = await call("hello/invocations", { headers });
  expect(await good.json()).toMatchObject({ clientContext: '{"client":{"app":"x"}}' });
  expect(Buffer.from(good.headers.get("x-amz-log-result") ?? "", "base64").toString()).toContain("START");
  const failed = await call("hello/invocations", { body: '"fail"' });
  expect([failed.status, failed.headers.get("x-amz-function-error")]).toEqual([200, "Unhandled"]);
});

test("for whom a caller calls goes with the event: Cognito's two ids and nothing else, and the tenant", async () => {
  const said = { cognitoIdentityId: "i", cognitoIdentityPoolId: "p" };
  const identity = base64(JSON.stringify({ ...said, more: "dropped" }));
  const headers = { "x-amz-cognito-identity": identity, "x-amz-tenant-id": "blue/1" };
  expect(await (await call("hello/invocations", { headers })).json()).toMatchObject({
    cognitoIdentity: JSON.stringify(said),
    tenantId: "blue/1",
  });
});

test("a caller of another namespace does not see this one's function by its name", async () => {
  const authorization = "AWS4-HMAC-SHA256 Credential=elsewhere/20260101/us-east-1/lambda/aws4_request";
  expect((await call("hello/invocations", { headers: { authorization } })).status).toBe(404);
});

test("a caller with a key of AWS's own is told what to put there, unless an ARN says which account is meant", async () => {
  const authorization =
    "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/lambda/aws4_request";
  const answer = await call("hello/invocations", { headers: { authorization } });
  expect([answer.status, answer.headers.get("x-amzn-errortype")]).toEqual([
    403,
    "UnrecognizedClientException",
  ]);
  expect(await answer.text()).toContain("AWS_ACCESS_KEY_ID");
  const arn = encodeURIComponent("arn:aws:lambda:us-east-1:123456789012:function:hello");
  expect((await call(`${arn}/invocations`, { headers: { authorization } })).status).toBe(404);
});

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function call(path: string, { headers, ...init }: RequestInit): Promise<Response> {
  const authorization = `AWS4-HMAC-SHA256 Credential=${testNamespace}/20260101/us-east-1/lambda/aws4_request`;
  return fetch(`http://127.0.0.1:${it.gateway.ports.api}/2015-03-31/functions/${path}`, {
    method: "POST",
    body: '{"a":1}',
    ...init,
    headers: { authorization, ...(headers as Record<string, string> | undefined) },
  });
}
