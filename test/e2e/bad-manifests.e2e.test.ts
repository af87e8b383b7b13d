/** A bad manifest is refused by the API server itself, with a sentence that says what is wrong and what is allowed. */
import { describe, expect, test } from "bun:test";
import { kubectl, kubectlRefused, type Manifest } from "../support/kubectl.ts";
import { aFunction } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const namespace = testNamespace("manifests");

const apiVersion = "kambda.dev/v1alpha1";
const code = { inline: { "index.mjs": "export const handler = async () => 1;" } };
const base = { runtime: "nodejs24.x", handler: "index.handler", code };

function manifest(kind: string, name: string, spec: Record<string, unknown>): Manifest {
  return { apiVersion, kind, metadata: { name }, spec } as Manifest;
}
const withSpec = (spec: Record<string, unknown>) => manifest("Function", "bad", { ...base, ...spec });

const refused: { title: string; object: Manifest; says: string[] }[] = [
  { title: "no code", object: withSpec({ code: undefined }), says: ["spec.code: Required"] },
  {
    title: "two sources of code",
    object: withSpec({ code: { ...code, zipFile: "UEsF" } }),
    says: ["spec.code", "exactly one source of code is needed", "configMap"],
  },
  {
    title: "no source of code",
    object: withSpec({ code: {} }),
    says: ["exactly one source of code is needed"],
  },
  {
    title: "a URL without its hash",
    object: withSpec({ code: { url: "https://example.com/a.zip" } }),
    says: ["url needs sha256"],
  },
  {
    title: "a URL that is none",
    object: withSpec({ code: { url: "ftp://example.com/a.zip", sha256: "a".repeat(64) } }),
    says: ["spec.code.url"],
  },
  {
    title: "a zip that is not base64",
    object: withSpec({ code: { zipFile: "not base64!" } }),
    says: ["spec.code.zipFile"],
  },
  {
    title: "an inline path that leaves the code",
    object: withSpec({ code: { inline: { "../evil.mjs": "x" } } }),
    says: ["paths of inline files are relative and stay inside the code"],
  },
  {
    title: "more than 180 KB of inline code",
    object: withSpec({ code: { inline: { "a.mjs": "a".repeat(100_000), "b.mjs": "b".repeat(90_000) } } }),
    says: ["inline code may have 184320 bytes", "configMap, url, s3"],
  },
  {
    title: "no runtime",
    object: withSpec({ runtime: undefined }),
    says: ["runtime is needed", "nodejs24.x"],
  },
  {
    title: "no handler",
    object: withSpec({ handler: undefined }),
    says: ["handler is needed", "index.handler"],
  },
  { title: "too little memory", object: withSpec({ memorySize: 64 }), says: ["spec.memorySize", "128"] },
  { title: "too much memory", object: withSpec({ memorySize: 20_000 }), says: ["spec.memorySize", "10240"] },
  { title: "no time at all", object: withSpec({ timeout: 0 }), says: ["spec.timeout", "1"] },
  { title: "more than 15 minutes", object: withSpec({ timeout: 901 }), says: ["spec.timeout", "900"] },
  {
    title: "too little /tmp",
    object: withSpec({ ephemeralStorage: { size: 100 } }),
    says: ["spec.ephemeralStorage.size", "512"],
  },
  {
    title: "a reserved variable",
    object: withSpec({ environment: { variables: { AWS_REGION: "x" } } }),
    says: ["AWS_REGION is reserved: it is set by the system"],
  },
  {
    title: "a variable whose name is none",
    object: withSpec({ environment: { variables: { "MY-VAR": "x" } } }),
    says: ["names of environment variables start with a letter"],
  },
  {
    title: "more than 4 KB of environment",
    object: withSpec({ environment: { variables: { AA: "a".repeat(2500), BB: "b".repeat(2500) } } }),
    says: ["together may have at most 4096 bytes"],
  },
  {
    title: "a variable from nowhere",
    object: withSpec({ environment: { from: [{ name: "AA" }] } }),
    says: ["exactly one of secretKeyRef and configMapKeyRef is needed"],
  },
  {
    title: "layers with a container image",
    object: manifest("Function", "bad", { code: { imageUri: "example.com/image" }, layers: ["a:1"] }),
    says: ["do not go with code.imageUri"],
  },
  {
    title: "six layers",
    object: withSpec({ layers: ["a:1", "b:1", "c:1", "d:1", "e:1", "f:1"] }),
    says: ["spec.layers", "5"],
  },
  {
    title: "an unknown field",
    object: withSpec({ memory: 256 }),
    says: ['unknown field "spec.memory"'],
  },
  {
    title: "a token of no role",
    object: withSpec({ automountServiceAccountToken: true }),
    says: ["automountServiceAccountToken needs role"],
  },
  {
    title: "a URL for every origin with cookies",
    object: withSpec({ url: { authType: "NONE", cors: { allowOrigins: ["*"], allowCredentials: true } } }),
    says: ["cors.allowCredentials cannot go with the origin *"],
  },
  {
    title: "a URL of an unknown kind",
    object: withSpec({ url: { authType: "SOME" } }),
    says: ["spec.url.authType", "NONE", "AWS_IAM"],
  },
  {
    title: "a name that is no function's",
    object: manifest("Function", "my.function", base),
    says: ["metadata.name is no function name", "spec.functionName"],
  },
  {
    title: "an alias of $LATEST with weights",
    object: manifest("Alias", "bad.live", {
      functionName: "bad",
      name: "live",
      functionVersion: "$LATEST",
      routingConfig: { additionalVersionWeights: { "2": 0.1 } },
    }),
    says: ["$LATEST"],
  },
  {
    title: "an alias with a weight over one",
    object: manifest("Alias", "bad.live", {
      functionName: "bad",
      name: "live",
      functionVersion: "1",
      routingConfig: { additionalVersionWeights: { "2": 1.5 } },
    }),
    says: ["additionalVersionWeights"],
  },
  {
    title: "an event source mapping without a source",
    object: manifest("EventSourceMapping", "bad", { functionName: "bad", source: {} }),
    says: ["spec.source"],
  },
];

describe("the API server refuses a manifest with", () => {
  for (const { title, object, says } of refused) {
    test.concurrent(title, async () => {
      const input = JSON.stringify(object);
      const words = ["-n", namespace.name, "create", "--dry-run=server", "--validate=strict", "-f", "-"];
      const sentence = await kubectlRefused(words, { input });
      for (const said of says) expect(sentence).toContain(said);
    });
  }
});

test("a manifest with everything left to its defaults gets Lambda's", async () => {
  const object = manifest("Function", "defaults", base);
  const input = JSON.stringify(object);
  const words = ["-n", namespace.name, "create", "--dry-run=server", "-o", "json", "-f", "-"];
  const { spec } = JSON.parse(await kubectl(words, { input })) as { spec: unknown };
  expect(spec).toMatchObject({
    memorySize: 128,
    timeout: 3,
    ephemeralStorage: { size: 512 },
    architectures: ["x86_64"],
    tracing: { mode: "PassThrough" },
    snapStart: { applyOn: "None" },
  });
});

test("a Function never changes its name", async () => {
  await namespace.apply(aFunction("named", { functionName: "First" }));
  const renamed = JSON.stringify(aFunction("named", { functionName: "Second" }));
  const sentence = await kubectlRefused(["-n", namespace.name, "apply", "-f", "-"], { input: renamed });
  expect(sentence).toContain("spec.functionName may not change");
});

test("a Revision never changes, and nobody but the operator makes one", async () => {
  await namespace.ready(aFunction("steady"));
  const { revision } = await namespace.status("steady");
  const patch = ["patch", "revision", revision ?? "", "--type=merge", "-p", '{"spec":{"timeout":9}}'];
  expect(await kubectlRefused(["-n", namespace.name, ...patch])).toMatch(/never changes|denied|forbidden/);
  const forged = manifest("Revision", "forged", {
    functionName: "steady",
    functionVersion: "$LATEST",
    packageType: "Image",
    image: { uri: "example.com/evil" },
    memorySize: 128,
    timeout: 3,
    ephemeralStorage: { size: 512 },
    architectures: ["x86_64"],
    logging: { logFormat: "Text", applicationLogLevel: "INFO", systemLogLevel: "INFO" },
    tracing: { mode: "PassThrough" },
    snapStart: { applyOn: "None" },
  });
  const input = JSON.stringify(forged);
  expect(await kubectlRefused(["-n", namespace.name, "create", "-f", "-"], { input })).toContain("operator");
});
