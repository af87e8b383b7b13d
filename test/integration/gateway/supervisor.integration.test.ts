/** Gateway, link, supervisor and runtime together, as real processes; only Kubernetes and NATS are in memory. */
import { expect, test } from "vitest";
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { startTestGateway, testNamespace } from "../../../gateway/testing/gateway.ts";
import { bundleFiles } from "../../../operator/code/files.ts";
import { repack } from "../../../operator/code/repack.ts";
import { startSupervisor } from "./supervisor.ts";

const authorization = `AWS4-HMAC-SHA256 Credential=${testNamespace}/20260101/us-east-1/lambda/aws4_request`;

async function archiveOf(source: string) {
  return repack(bundleFiles(new Map([["index.mjs", Buffer.from(source)]])));
}

test("a pooled environment becomes a function's at its first invocation and answers it", async () => {
  await using it = await startTestGateway({}, listenWithBun);
  const archive = await archiveOf(
    "let count = 0; export const handler = async (event, context) => ({ hello: event.name, count: ++count, id: context.awsRequestId });",
  );
  await it.deploy({}, "hello", archive);
  await using supervisor = await startPooled(it);
  const first = await invoke(it.gateway.ports.api, "hello", '{"name":"you"}', { "x-amz-log-type": "Tail" });
  const text = await first.text();
  expect(text, supervisor.output()).toContain('"hello":"you"');
  expect(JSON.parse(text)).toEqual({ hello: "you", count: 1, id: first.headers.get("x-amzn-requestid") });
  const tail = Buffer.from(first.headers.get("x-amz-log-result") ?? "", "base64").toString();
  expect(tail).toMatch(/START RequestId: .*\n(.*\n)*END RequestId: .*\nREPORT RequestId: /);
  const again = await invoke(it.gateway.ports.api, "hello", '{"name":"me"}');
  expect(await again.json()).toMatchObject({ hello: "me", count: 2 });
});

type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

async function startPooled(it: TestGateway, name = "kambda-pool-1") {
  const token = await it.kube.token(it.poolPod(name));
  return startSupervisor({ port: it.gateway.ports.link, ca: it.ca, token });
}

function invoke(port: number, name: string, body: string, headers: Record<string, string> = {}) {
  return fetch(`http://127.0.0.1:${port}/2015-03-31/functions/${name}/invocations`, {
    method: "POST",
    headers: { authorization, ...headers },
    body,
  });
}
