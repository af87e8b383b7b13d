import { describe, expect, test } from "vitest";
import { EgressError } from "../egress/error.ts";
import type { Egress } from "../egress/request.ts";
import { inspectImage } from "./inspect.ts";
import { parseImage } from "./reference.ts";

test.each([
  ["nginx", "registry-1.docker.io", "library/nginx", "latest"],
  ["nginx:1", "registry-1.docker.io", "library/nginx", "1"],
  ["docker.io/me/app", "registry-1.docker.io", "me/app", "latest"],
  ["me/app:2", "registry-1.docker.io", "me/app", "2"],
  ["localhost:5000/app:3", "localhost:5000", "app", "3"],
  ["registry.example/a/b/c:v1", "registry.example", "a/b/c", "v1"],
  ["registry.example/a:v1@sha256:00", "registry.example", "a", "sha256:00"],
])("%s is %s, %s, %s", (uri, registry, repository, version) => {
  expect(parseImage(uri)).toEqual({ registry, repository, version });
});

test.each(["", "UPPER/case", "a/../b", "https://a/b"])("%j is no image", (uri) => {
  expect(parseImage(uri)).toBeUndefined();
});

/** A registry that answers these paths, to whoever holds the token when there is one. */
function aRegistry(documents: Record<string, unknown>, token?: string): { egress: Egress; asked: string[] } {
  const asked: string[] = [];
  const answer = (status: number, body: unknown, headers = {}) => ({
    status,
    headers,
    body: Buffer.from(JSON.stringify(body)),
  });
  const egress: Egress = {
    async request({ url, headers }) {
      asked.push(url);
      if (url.startsWith("https://auth.example/")) return answer(200, { token });
      if (token !== undefined && headers?.authorization !== `Bearer ${token}`) {
        return answer(401, {}, { "www-authenticate": 'Bearer realm="https://auth.example/t",service="reg"' });
      }
      const found = documents[url.replace("https://registry.example/v2/app/", "")];
      return found === undefined ? answer(404, { secret: "hunter2" }) : answer(200, found);
    },
  };
  return { egress, asked };
}

const config = {
  config: {
    Entrypoint: ["/app"],
    Cmd: ["serve"],
    WorkingDir: "/srv",
    Env: ["PATH=/bin", "LD_PRELOAD=/lib/a.so=1", "LD_AUDIT=", "BUN_OPTIONS"],
  },
};
const expected = {
  digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  entryPoint: ["/app"],
  command: ["serve"],
  workingDirectory: "/srv",
  // What its pod silences, and the rest is in its pod.
  variables: { LD_PRELOAD: "/lib/a.so=1" },
};
const single = { "manifests/1": { config: { digest: "sha256:c" } }, "blobs/sha256:c": config };

describe("what an image starts", () => {
  test("is read from its config", async () => {
    expect(await inspectImage(aRegistry(single), "registry.example/app:1", "x86_64")).toEqual({
      found: expected,
    });
  });

  test("is read with the anonymous token of a public registry", async () => {
    const registry = aRegistry(single, "t");
    expect(await inspectImage(registry, "registry.example/app:1", "x86_64")).toEqual({ found: expected });
    expect(registry.asked).toContain("https://auth.example/t?service=reg&scope=repository%3Aapp%3Apull");
  });

  test("is read with the credentials of a private registry, told to it and to nobody else", async () => {
    const told: (string | undefined)[] = [];
    const registry = aRegistry(single, "t");
    const egress: Egress = {
      request(request) {
        if (request.url.startsWith("https://auth.example/")) told.push(request.headers?.authorization);
        return registry.egress.request(request);
      },
    };
    const asked: string[] = [];
    const inspected = await inspectImage({ egress }, "registry.example/app:1", "x86_64", async (host) => {
      asked.push(host);
      return { username: "me", password: "p:w" };
    });
    expect(inspected).toEqual({ found: expected });
    expect(asked).toEqual(["registry.example"]);
    expect(told).toEqual([`Basic ${Buffer.from("me:p:w").toString("base64")}`]);
  });

  test("is read with a password where the registry wants one", async () => {
    const password = `Basic ${Buffer.from("me:p:w").toString("base64")}`;
    const open = aRegistry(single).egress;
    const egress: Egress = {
      request(request) {
        if (request.headers?.authorization === password) return open.request(request);
        const headers = { "www-authenticate": 'Basic realm="reg"' };
        return Promise.resolve({ status: 401, headers, body: Buffer.from("{}") });
      },
    };
    const inspect = (credentials?: { username: string; password: string }) =>
      inspectImage({ egress }, "registry.example/app:1", "x86_64", async () => credentials);
    expect(await inspect({ username: "me", password: "p:w" })).toEqual({ found: expected });
    expect(await inspect()).toEqual({ found: undefined, reason: "the registry wants credentials" });
  });

  test("is that of the function's architecture", async () => {
    const platform = (architecture: string) => ({ os: "linux", architecture });
    const documents = {
      ...single,
      "manifests/2": {
        manifests: [
          { digest: "sha256:x", platform: platform("amd64") },
          { digest: "1", platform: platform("arm64") },
        ],
      },
    };
    expect(await inspectImage(aRegistry(documents), "registry.example/app:2", "arm64")).toEqual({
      found: expected,
    });
  });

  test("is nothing where the image says nothing", async () => {
    const documents = { ...single, "blobs/sha256:c": {} };
    const inspected = await inspectImage(aRegistry(documents), "registry.example/app:1", "x86_64");
    expect(inspected.found).toMatchObject({ entryPoint: [], command: [], workingDirectory: undefined });
  });

  test.each([
    ["the image is not there", aRegistry({}), "registry.example answers 404"],
    [
      "the registry answers something else",
      aRegistry({ "manifests/1": "hello" }),
      "it did not answer as registries do",
    ],
    [
      "it cannot be reached",
      { egress: { request: () => Promise.reject(new EgressError("unreachable", "it cannot be reached")) } },
      "it cannot be reached",
    ],
  ])("is not known when %s, and the reason repeats nothing", async (_, registry, reason) => {
    expect(await inspectImage(registry, "registry.example/app:1", "x86_64")).toEqual({
      found: undefined,
      reason,
    });
  });
});
