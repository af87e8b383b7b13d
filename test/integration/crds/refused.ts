/** Manifests that the API server must refuse, each with the words its sentence must have. */
import type { FunctionSpecInput } from "../../../crds/function/schema.ts";
import type { Manifest } from "../../support/kubectl.ts";
import { aFunction } from "../../support/manifest.ts";

export interface Refused {
  title: string;
  manifest: Manifest;
  /** What kubectl must print. */
  says: string;
}

const zip = { runtime: "nodejs24.x", handler: "index.handler" };
const inline = { inline: { "index.mjs": "x" } };

/** A good Function with `spec` over it; undefined takes a field away. */
function refusedFunction(
  title: string,
  spec: Record<string, unknown>,
  says: string,
  name = "hello",
): Refused {
  return { title, manifest: aFunction(name, spec as Partial<FunctionSpecInput>), says };
}

export const refusedFunctions: Refused[] = [
  refusedFunction("no runtime", { runtime: undefined }, "runtime is needed: for example nodejs24.x"),
  refusedFunction("no handler", { handler: undefined }, "handler is needed: for example index.handler"),
  refusedFunction(
    "two sources of code",
    { code: { ...inline, url: "https://x/y.zip", sha256: "0".repeat(64) } },
    "exactly one source of code is needed",
  ),
  refusedFunction(
    "no source of code",
    { code: {} },
    "one of inline, zipFile, configMap, url, s3 and imageUri",
  ),
  refusedFunction("no code at all", { code: undefined }, "spec.code: Required value"),
  refusedFunction("a URL without its hash", { code: { url: "https://x/y.zip" } }, "url needs sha256"),
  refusedFunction(
    "a hash without an archive",
    { code: { ...inline, sha256: "0".repeat(64) } },
    "sha256 goes with url or s3 only",
  ),
  refusedFunction(
    "a ConfigMap read two ways",
    { code: { configMap: { name: "c", zipKey: "z", items: [{ key: "a", path: "a" }] } } },
    "configMap takes zipKey or items, not both",
  ),
  refusedFunction(
    "a code URL of another scheme",
    { code: { url: "file:///etc/passwd", sha256: "0".repeat(64) } },
    "must be an address that begins with http:// or https://, without blanks",
  ),
  refusedFunction("no inline file", { code: { inline: {} } }, "inline needs at least one file"),
  refusedFunction(
    "181 KB of inline code",
    { code: { inline: { a: "x".repeat(100_000), b: "ü".repeat(45_000) } } },
    "inline code may have 184320 bytes in all",
  ),
  refusedFunction(
    "an inline file outside the code",
    { code: { inline: { "../etc/passwd": "x" } } },
    "no leading /, no ..",
  ),
  refusedFunction(
    "an inline file at the root",
    { code: { inline: { "/etc/passwd": "x" } } },
    "no leading /, no ..",
  ),
  refusedFunction(
    "a zip that is not base64",
    { code: { zipFile: "not base64!" } },
    "spec.code.zipFile in body should match",
  ),
  refusedFunction(
    "an image with a handler",
    { ...zip, code: { imageUri: "r/i:1" } },
    "runtime, handler and layers do not go with code.imageUri",
  ),
  refusedFunction(
    "an image's settings on a zip function",
    { imageConfig: { command: ["a"] } },
    "imageConfig goes with code.imageUri only",
  ),
  refusedFunction(
    "six layers",
    { layers: [1, 2, 3, 4, 5, 6].map((n) => `l:${n}`) },
    "must have at most 5 items",
  ),
  refusedFunction(
    "one layer version twice",
    { layers: ["l:1", "l:1"] },
    "each layer version may stand in layers once",
  ),
  refusedFunction(
    "an object without a key",
    { code: { s3: { bucket: "b", key: "" } } },
    "spec.code.s3.key in body should be at least 1 chars long",
  ),
  refusedFunction(
    "a bucket of blanks",
    { code: { s3: { bucket: "a b", key: "k" } } },
    "must be without blanks",
  ),
  refusedFunction(
    "half a hash",
    { code: { url: "https://x/y.zip", sha256: "abc" } },
    "must be a SHA-256: 64 hexadecimal digits as sha256sum prints them, or base64",
  ),
  refusedFunction("a runtime in capitals", { runtime: "NodeJS" }, "must be a runtime such as nodejs24.x"),
  refusedFunction("a role that is none", { role: "a_b" }, "must be the name of a Kubernetes object"),
  refusedFunction(
    "a topic without ARN",
    { deadLetter: { sns: { topicArn: "t" } } },
    "must be an ARN, such as",
  ),
  refusedFunction(
    "a layer without a version",
    { layers: ["l"] },
    "must be a layer and its version, such as tools:3",
  ),
  refusedFunction(
    "a reserved variable",
    { environment: { variables: { AWS_REGION: "x" } } },
    "AWS_REGION is reserved: it is set by the system",
  ),
  refusedFunction(
    "a variable's name with a hyphen",
    { environment: { variables: { "A-B": "x" } } },
    "hold only letters, digits and underscores",
  ),
  refusedFunction(
    "a variable's name of one letter",
    { environment: { variables: { A: "x" } } },
    "at least two characters",
  ),
  refusedFunction(
    "4097 bytes of environment",
    { environment: { variables: { AB: "x".repeat(2046), CD: "ü".repeat(1024), EF: "" } } },
    "together may have at most 4096 bytes",
  ),
  refusedFunction(
    "a variable given twice",
    {
      environment: { variables: { AB: "x" }, from: [{ name: "AB", secretKeyRef: { name: "s", key: "k" } }] },
    },
    "a variable stands in variables or in from, not in both",
  ),
  refusedFunction(
    "a variable from nowhere",
    { environment: { from: [{ name: "AB" }] } },
    "exactly one of secretKeyRef and configMapKeyRef is needed",
  ),
  refusedFunction(
    "a reserved variable from a Secret",
    { environment: { from: [{ name: "AWS_REGION", secretKeyRef: { name: "s", key: "k" } }] } },
    "the variable AWS_REGION is reserved: it is set by the system",
  ),
  refusedFunction(
    "credentials from a ConfigMap",
    { environment: { from: [{ name: "AWS_SECRET_ACCESS_KEY", configMapKeyRef: { name: "c", key: "k" } }] } },
    "the variable AWS_SECRET_ACCESS_KEY is reserved: credentials come from a Secret, by secretKeyRef",
  ),
  refusedFunction(
    "credentials in the manifest",
    { environment: { variables: { AWS_ACCESS_KEY_ID: "AKID" } } },
    "AWS_ACCESS_KEY_ID is reserved: it is set by the system; choose another name, and for credentials a Secret in environment.from",
  ),
  refusedFunction(
    "too little memory",
    { memorySize: 127 },
    "spec.memorySize in body should be greater than or equal to 128",
  ),
  refusedFunction(
    "too much memory",
    { memorySize: 10_241 },
    "spec.memorySize in body should be less than or equal to 10240",
  ),
  refusedFunction("memory as text", { memorySize: "256" }, "spec.memorySize in body must be of type integer"),
  refusedFunction(
    "a timeout of 0",
    { timeout: 0 },
    "spec.timeout in body should be greater than or equal to 1",
  ),
  refusedFunction(
    "a timeout of 901 seconds",
    { timeout: 901 },
    "spec.timeout in body should be less than or equal to 900",
  ),
  refusedFunction(
    "a small /tmp",
    { ephemeralStorage: { size: 511 } },
    "spec.ephemeralStorage.size in body should be greater than or equal to 512",
  ),
  refusedFunction("two architectures", { architectures: ["x86_64", "arm64"] }, "must have at most 1 item"),
  refusedFunction(
    "an unknown architecture",
    { architectures: ["s390x"] },
    'supported values: "x86_64", "arm64"',
  ),
  refusedFunction(
    "a negative reservation",
    { reservedConcurrency: -1 },
    "spec.reservedConcurrency in body should be greater than or equal to 0",
  ),
  refusedFunction(
    "three retries",
    { asyncInvoke: { maximumRetryAttempts: 3 } },
    "should be less than or equal to 2",
  ),
  refusedFunction(
    "events of 59 seconds",
    { asyncInvoke: { maximumEventAge: 59 } },
    "should be greater than or equal to 60",
  ),
  refusedFunction(
    "two success destinations at once",
    { asyncInvoke: { destinations: { onSuccess: { nats: { subject: "s" }, http: { url: "http://x" } } } } },
    "exactly one of sqs, sns, eventBridge, lambda, nats and http is needed",
  ),
  refusedFunction(
    "an empty failure destination",
    { asyncInvoke: { destinations: { onFailure: {} } } },
    "exactly one of sqs, sns, eventBridge, lambda, s3, nats and http is needed",
  ),
  refusedFunction(
    "an empty dead letter target",
    { deadLetter: {} },
    "exactly one of sqs, sns, nats and http is needed",
  ),
  refusedFunction(
    "a token of no role",
    { automountServiceAccountToken: true },
    "automountServiceAccountToken needs role",
  ),
  refusedFunction(
    "cookies from every origin",
    { url: { authType: "NONE", cors: { allowCredentials: true, allowOrigins: ["*"] } } },
    "cors.allowCredentials cannot go with the origin *",
  ),
  refusedFunction("a URL without its authType", { url: {} }, "spec.url.authType: Required value"),
  refusedFunction(
    "a file system elsewhere than /mnt",
    { fileSystem: { claimName: "c", localMountPath: "/etc" } },
    "must be /mnt/ and one name, such as /mnt/data",
  ),
  refusedFunction(
    "a CPU policy of one's own",
    { cpuPolicy: "unlimited" },
    'supported values: "burst", "strict"',
  ),
  refusedFunction("a field that does not exist", { memroySize: 256 }, 'unknown field "spec.memroySize"'),
  refusedFunction(
    "a function name of 65 characters",
    { functionName: "x".repeat(65) },
    "may not be more than 64",
  ),
  refusedFunction(
    "a function name with a dot",
    { functionName: "a.b" },
    "must be letters, digits, hyphens and underscores",
  ),
  refusedFunction(
    "an object's name that no function may have",
    {},
    "metadata.name is no function name",
    "hello.world",
  ),
];
