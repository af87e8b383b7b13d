import { expect, test } from "vitest";
import { archiveName, cachedIdentity, imageReference, localTag, storedReference } from "./names.ts";

const identity = "0123456789abcdef0123456789abcdef";

test("charts and container runtimes mean the same image", () => {
  expect(imageReference("nats", "1.2.3")).toBe("kambda/nats:1.2.3");
  expect(storedReference("nats", "1.2.3")).toBe("docker.io/kambda/nats:1.2.3");
});

test("an archive's name gives its identity back, and of its own image only", () => {
  const file = archiveName("runtime-nodejs24.x", identity);
  expect(cachedIdentity("runtime-nodejs24.x", file)).toBe("0123456789abcdef");
  expect(cachedIdentity("runtime-nodejs24", file)).toBeUndefined();
  expect(localTag("runtime-nodejs24.x", identity)).toMatch(/:0123456789abcdef$/);
});
