/** What a newcomer does first: a manifest goes in, an answer comes out, and kubectl tells what is there. */
import { expect, test } from "bun:test";
import { kubectl } from "../support/kubectl.ts";
import { aFunction, aHandler, publicUrl } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

const hello = aHandler(
  "hello",
  `return { hello: event.queryStringParameters?.name ?? event.name ?? "world", pod: (await import("node:os")).hostname() };`,
  { url: publicUrl },
);
const namespace = testNamespace("first", (made) => made.ready(hello));

test("an applied Function becomes Active with a URL, and the URL answers", async () => {
  const { url } = await namespace.status("hello");
  expect(url).toMatch(/^https?:\/\/[a-z0-9]{32}\./);
  const answer = await namespace.url("hello", { path: "/?name=you" });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(answer.json<{ hello: string }>().hello).toBe("you");
});

test("the answer comes from a pod of the function's namespace that carries the function's labels", async () => {
  const { pod } = (await namespace.url("hello")).json<{ pod: string }>();
  const environment = await until("the pod to carry its labels", 60, async () => {
    const found = await namespace.get("pod", pod);
    return found?.metadata.labels?.["kambda.dev/function"] === "hello" ? found : undefined;
  });
  const { revision } = await namespace.status("hello");
  expect(environment.metadata.labels).toMatchObject({
    "kambda.dev/component": "environment",
    "kambda.dev/version": "latest",
    "kambda.dev/revision": revision ?? "none",
  });
  expect(environment.metadata.ownerReferences).toEqual([
    expect.objectContaining({ kind: "Revision", name: revision, controller: true }),
  ]);
});

test("kubectl get functions shows state, runtime, URL and last update", async () => {
  const [head, row] = (await namespace.kubectl("get", "functions")).trim().split("\n");
  expect(head?.split(/\s{2,}/)).toEqual(["NAME", "STATE", "RUNTIME", "URL", "LAST UPDATE", "AGE"]);
  const { url } = await namespace.status("hello");
  expect(row?.split(/\s+/).slice(0, 5)).toEqual(["hello", "Active", "nodejs24.x", url ?? "", "Successful"]);
});

test("kubectl get fn is the short name, and -o wide shows memory, timeout and why", async () => {
  const [head] = (await namespace.kubectl("get", "fn", "-o", "wide")).split("\n");
  for (const column of ["MEMORY", "TIMEOUT", "INVOCABLE", "REASON"]) expect(head).toContain(column);
});

test("kubectl describe tells the function's story in Events", async () => {
  const story = await until("Events of hello", 60, async () => {
    const text = await namespace.kubectl("describe", "function", "hello");
    return /Events:\s+Type\s+Reason/.test(text) ? text : undefined;
  });
  expect(story).toMatch(/State:\s+Active/);
  expect(story).toMatch(/Normal\s+\w+/);
});

test("kubectl explain function.spec teaches every field", async () => {
  const text = await kubectl(["explain", "function.spec"]);
  expect(text).toContain("memorySize");
  expect(text).toMatch(/1769 MB earn one\s+virtual CPU/);
  const undescribed = text.split("\n").filter((line) => line.includes("<no description>"));
  expect(undescribed).toEqual([]);
});

test("a function whose name Kubernetes would not take is served under its Lambda name", async () => {
  const named = aFunction("named", { functionName: "Resize_Images" });
  await namespace.ready(named);
  const invocation = await namespace.sdk.invoke("Resize_Images", { n: 1 });
  expect(invocation.json<unknown>()).toEqual({ echo: { n: 1 } });
});
