/** The Lambda API as unmodified clients see it: boto3, the AWS SDK for JavaScript, and curl. */
import { describe, expect, test } from "bun:test";
import { InvokeCommand, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { boto3 } from "../support/boto3.ts";
import { installation } from "../support/installation.ts";
import { run } from "../support/kubectl.ts";
import { aFunction, aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { call } from "../support/url.ts";

const echo = aHandler(
  "echo",
  `console.log("a line of the log", event);
  return { event, client: context.clientContext, arn: context.invokedFunctionArn, id: context.awsRequestId };`,
);
const failing = aHandler("failing", `throw new TypeError("as asked");`);

const namespace = testNamespace("sdk", (made) => made.ready(echo, failing));
const invocations = (name: string) => `${installation.api}/2015-03-31/functions/${name}/invocations`;
const bytesMax = 6 * 1024 * 1024;

interface Echo {
  event: unknown;
  client?: unknown;
  arn: string;
  id: string;
}

/** boto3's answer to `client.invoke(FunctionName=…, <more>)`. */
interface PythonInvocation {
  StatusCode: number;
  Payload: string;
  ExecutedVersion?: string;
  FunctionError?: string;
  LogResult?: string;
  ResponseMetadata: { RequestId: string; HTTPHeaders: Record<string, string> };
}
const python = (words: string) => boto3<PythonInvocation>(namespace.name, `return client.invoke(${words})`);

describe("boto3", () => {
  test("invokes, and sees status, version, request id and payload", async () => {
    const { result } = await python(`FunctionName="echo", Payload=json.dumps({"ü": [1, None]})`);
    expect(result).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(result?.FunctionError).toBeUndefined();
    const { event, id } = JSON.parse(result?.Payload ?? "") as Echo;
    expect(event).toEqual({ ü: [1, null] });
    expect(result?.ResponseMetadata.RequestId).toBe(id);
    expect(result?.ResponseMetadata.HTTPHeaders["content-type"]).toBe("application/json");
  });

  test("gets the log's end with LogType Tail, from START to REPORT", async () => {
    const { result } = await python(`FunctionName="echo", LogType="Tail", Payload="{}"`);
    const log = Buffer.from(result?.LogResult ?? "", "base64").toString();
    const id = result?.ResponseMetadata.RequestId;
    expect(log).toContain(`START RequestId: ${id} Version: $LATEST\n`);
    expect(log).toContain("a line of the log");
    expect(log).toContain(`END RequestId: ${id}\n`);
    expect(log).toMatch(
      /REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\t/,
    );
  });

  test("sees a function error as FunctionError, with its body", async () => {
    const { result } = await python(`FunctionName="failing"`);
    expect(result).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(result?.Payload ?? "")).toMatchObject({
      errorType: "TypeError",
      errorMessage: "as asked",
    });
  });

  test("checks with DryRun that the function is there, and nothing runs", async () => {
    const { result } = await python(`FunctionName="echo", InvocationType="DryRun"`);
    expect(result).toMatchObject({ StatusCode: 204, Payload: "" });
    const missing = await python(`FunctionName="missing", InvocationType="DryRun"`);
    expect(missing.error?.Error.Code).toBe("ResourceNotFoundException");
  });

  test("hands over the client context", async () => {
    const context = `base64.b64encode(json.dumps({"custom": {"a": "b"}}).encode()).decode()`;
    const { result } = await python(`FunctionName="echo", ClientContext=${context}`);
    const { client } = JSON.parse(result?.Payload ?? "") as Echo;
    expect(client).toMatchObject({ custom: { a: "b" } });
  });

  test("gets a 404 with Lambda's sentence for a function that is not there", async () => {
    const { error } = await python(`FunctionName="missing"`);
    expect(error?.ResponseMetadata.HTTPStatusCode).toBe(404);
    expect(error?.Error).toMatchObject({ Code: "ResourceNotFoundException" });
    expect(error?.Error.Message).toMatch(
      /^Function not found: arn:aws:lambda:us-east-1:\d{12}:function:missing:\$LATEST$/,
    );
  });

  test("gets a 413 for a payload over 6 MB", async () => {
    const { error } = await python(`FunctionName="echo", Payload=json.dumps("x" * ${bytesMax})`);
    expect(error?.ResponseMetadata.HTTPStatusCode).toBe(413);
    expect(error?.Error).toMatchObject({
      Code: expect.stringMatching(/^Request(Entity)?TooLargeException$/),
      Message: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    });
  });

  test("gets a 400 for a payload that is no JSON", async () => {
    const { error } = await python(`FunctionName="echo", Payload="{not json"`);
    expect(error?.ResponseMetadata.HTTPStatusCode).toBe(400);
    expect(error?.Error.Code).toBe("InvalidRequestContentException");
    expect(error?.Error.Message).toStartWith("Could not parse request body into json");
  });
});

describe("the AWS SDK for JavaScript", () => {
  test("invokes with and without a payload", async () => {
    expect((await namespace.sdk.invoke("echo", [1, 2])).json<Echo>().event).toEqual([1, 2]);
    expect((await namespace.sdk.invoke("echo")).json<Echo>().event).toEqual({});
  });

  test("names the function by partial and full ARN, with a qualifier in it or beside it", async () => {
    const { functionArn = "" } = await namespace.status("echo");
    const account = functionArn.split(":")[4];
    for (const name of [functionArn, `${account}:function:echo`, "echo:$LATEST", `${functionArn}:$LATEST`]) {
      expect((await namespace.sdk.invoke(name)).executedVersion).toBe("$LATEST");
    }
    const qualified = await namespace.sdk.invoke("echo", {}, { Qualifier: "$LATEST" });
    expect(qualified.json<Echo>().arn).toBe(`${functionArn}:$LATEST`);
    expect((await namespace.sdk.invoke("echo")).json<Echo>().arn).toBe(functionArn);
  });

  test("gets a typed ResourceNotFoundException for an unknown function, qualifier and account", async () => {
    const missing = await namespace.sdk.refused("missing");
    expect(missing).toBeInstanceOf(ResourceNotFoundException);
    expect(missing.$metadata.httpStatusCode).toBe(404);
    const qualifier = await namespace.sdk.refused("echo", {}, { Qualifier: "7" });
    expect(qualifier.name).toBe("ResourceNotFoundException");
    expect(qualifier.message).toMatch(/^Function not found: arn:.*:function:echo:7$/);
    const elsewhere = await namespace.sdk.refused("arn:aws:lambda:us-east-1:999999999999:function:echo");
    expect(["ResourceNotFoundException", "AccessDeniedException"]).toContain(elsewhere.name);
  });

  test("reaches no other namespace's functions", async () => {
    const { createSdk } = await import("../support/sdk.ts");
    expect((await createSdk("default").refused("echo")).name).toBe("ResourceNotFoundException");
  });

  test("gets a readable refusal for two qualifiers that disagree and for a name that is none", async () => {
    const twice = await namespace.sdk.refused("echo:one", {}, { Qualifier: "two" });
    expect(twice.$metadata.httpStatusCode).toBe(400);
    const name = await namespace.sdk.refused("not a name!");
    expect(name.$metadata.httpStatusCode).toBe(400);
    expect(name.name).toBe("ValidationException");
  });

  test("sends raw bytes: the payload is not parsed on the way", async () => {
    const Payload = Buffer.from(`{"n": 12345678901234567890, "a":   1}`);
    const answer = await namespace.sdk.client.send(new InvokeCommand({ FunctionName: "echo", Payload }));
    expect(answer.StatusCode).toBe(200);
  });

  test("gets a payload just under 6 MB through, both ways", async () => {
    await namespace.ready(aFunction("mirror", { timeout: 60, code: { inline: { "index.mjs": mirror } } }));
    const payload = "x".repeat(bytesMax - 1000);
    expect((await namespace.sdk.invoke("mirror", payload)).json<string>().length).toBe(payload.length);
  });
});

describe("curl", () => {
  test("reads errors as AWS words them: header, Type and the case of message", async () => {
    const answer = await call(invocations("missing"), { method: "POST", body: "{}" });
    expect(answer.status).toBe(404);
    expect(answer.headers.get("x-amzn-errortype")).toBe("ResourceNotFoundException");
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.json<unknown>()).toEqual({
      Type: "User",
      Message: expect.stringContaining(":function:missing:"),
    });
    const invalid = await call(invocations("missing"), { method: "POST", body: "{" });
    expect([400, 404]).toContain(invalid.status);
  });

  test("signs with --aws-sigv4 as any client does", async () => {
    const { stdout } = await run("curl", [
      ...["-sS", "-D", "-", "-X", "POST", "-d", `{"from":"curl"}`],
      ...["--aws-sigv4", "aws:amz:us-east-1:lambda", "--user", `${namespace.name}:any`],
      invocations("echo"),
    ]);
    expect(stdout).toMatch(/^HTTP\/1\.1 200/);
    expect(stdout.toLowerCase()).toContain("x-amz-executed-version: $latest");
    expect(stdout).toContain(`"from":"curl"`);
  });
});

const mirror = "export const handler = async (event) => event;\n";
