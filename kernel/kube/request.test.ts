/** Whatever an API server, or a proxy before it, answers: callers meet one error. */
import { expect, test } from "vitest";
import { KubeError } from "./port.ts";
import { createRequest, readJson } from "./request.ts";

const credentials = { server: "https://kube", headers: async () => ({}), tls: async () => undefined };
const ask = { method: "GET", path: "/api/v1/pods" } as const;

function answering(text: string, status: number) {
  return createRequest(credentials, async () => new Response(text, { status }));
}

const status = JSON.stringify({ reason: "Forbidden", message: "not you" });

test.each([
  ["a Status", status, 403, { code: 403, reason: "Forbidden", message: "not you" }],
  ["a proxy's page", "<html>", 503, { code: 503, reason: "ServiceUnavailable" }],
  ["a Status that was cut off", status.slice(0, 20), 409, { code: 409, reason: "Conflict" }],
  ["nothing", "", 404, { code: 404, reason: "NotFound" }],
])("a refusal with %s is a KubeError with its reason", async (_, text, code, expected) => {
  const error = await answering(text, code)(ask).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(KubeError);
  expect((error as KubeError).status).toMatchObject(expected);
});

test.each([
  ["broken off", '{"items": ['],
  ["no JSON", "<html>"],
])("an answer that is %s is as good as none", async (_, text) => {
  const error = await readJson(answering(text, 200), ask).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(KubeError);
  expect((error as KubeError).status).toMatchObject({ code: 0, reason: "Unreachable" });
});
