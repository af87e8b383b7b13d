import { expect, test } from "vitest";
import { urlId } from "../crds/names.ts";
import { startTestGateway, testNamespace } from "./testing/gateway.ts";

const asTeam = {
  authorization: `AWS4-HMAC-SHA256 Credential=${testNamespace}/20260101/us-east-1/lambda/aws4_request`,
};

test("an environment that dialled home answers an invocation through the API", async () => {
  await using it = await startTestGateway();
  await it.deploy();
  await it.environment("kambda-pool-1");
  const response = await invoke(it.gateway.ports.api, '{"name":"you"}');
  expect(await response.text()).toBe('{"name":"you"}');
  expect(response.status).toBe(200);
  expect(response.headers.get("x-amz-executed-version")).toBe("$LATEST");
});

test.each([
  ["as small as most", "hi"],
  ["of megabytes, handled in threads", 'x"é'.repeat(500_000)],
])("a function URL carries a request as an event and a result as an answer: bodies %s", async (_, body) => {
  await using it = await startTestGateway({ urls: { pathForm: true } });
  await it.deploy();
  await it.environment("kambda-pool-1", {
    handler: (payload) => {
      const event = JSON.parse(Buffer.from(payload).toString());
      return {
        body: JSON.stringify({ statusCode: 201, headers: { "x-path": event.rawPath }, body: event.body }),
      };
    },
  });
  const id = urlId({ seed: "kambda", namespace: testNamespace, functionName: "hello" });
  const response = await fetch(`http://127.0.0.1:${it.gateway.ports.public}/${id}/some/where?q=1`, {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body,
  });
  expect(response.status).toBe(201);
  expect(response.headers.get("x-path")).toBe("/some/where");
  expect((await response.text()) === body).toBe(true);
});

test("why a function cannot run its trusted callers are told, and strangers at its URL are not", async () => {
  await using it = await startTestGateway({ urls: { pathForm: true } });
  await it.deploy({}, "hello", undefined, { stored: false });
  await it.environment("kambda-pool-1");
  const trusted = await invoke(it.gateway.ports.api, "{}");
  expect(trusted.status).toBe(503);
  expect(await trusted.text()).toContain("the function's code cannot be had");
  const id = urlId({ seed: "kambda", namespace: testNamespace, functionName: "hello" });
  const stranger = await fetch(`http://127.0.0.1:${it.gateway.ports.public}/${id}/`);
  expect(stranger.status).toBe(503);
  expect(await stranger.json()).toEqual({ Type: "Service", Message: "Service unavailable." });
});

function invoke(port: number, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/2015-03-31/functions/hello/invocations`, {
    method: "POST",
    headers: { ...asTeam, ...headers },
    body,
  });
}
