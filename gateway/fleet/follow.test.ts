import { expect, test } from "vitest";
import type { Callable } from "../catalog/callable.ts";
import type { InvokeRequest } from "../invoke/request.ts";
import { follow } from "./follow.ts";

const aCallable = (key: string, over: Partial<Callable> = {}) =>
  ({ target: { key }, functionVersion: key, url: undefined, ...over }) as Callable;
const aRequest = (callable: Callable) => ({ requestId: "r", callable }) as InvokeRequest;

test("a request for an alias runs what the placer drew, under the alias it asked for", () => {
  const request = aRequest(aCallable("v1", { qualifier: "live" }));
  expect(follow(request, "v2", { callableOf: aCallable })).toBe(true);
  expect([request.callable.functionVersion, request.callable.qualifier]).toEqual(["v2", "live"]);
});

test("it waits while the watches have not told of that version", () => {
  const request = aRequest(aCallable("v1", { qualifier: "live" }));
  expect(follow(request, "v2", { callableOf: () => undefined })).toBe(false);
  expect(request.callable.functionVersion).toBe("v1");
});

test("what was drawn here as well stays the very same", () => {
  const callable = aCallable("v1");
  const request = aRequest(callable);
  follow(request, "v1", { callableOf: aCallable });
  expect(request.callable).toBe(callable);
});
