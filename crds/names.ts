/**
 * Every derived name. All are deterministic, and injective: two different things never get one name (up to a hash of 80 bits,
 * where a name does not fit as it is; of 62 bits for shapes, of which a namespace has a handful). Lambda's names allow capitals,
 * `_` and no dots; Kubernetes' the reverse.
 */
import { canonicalHash, type Json, shortHash } from "./hash.ts";
import { latestVersion } from "./labels.ts";

export { formatFunctionReference, parseFunctionReference } from "./reference.ts";

const hashLength = 16;
const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const labelSafe = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** The Lambda name of a Function object. */
export function functionNameOf(object: {
  metadata: { name: string };
  spec: { functionName?: string | undefined };
}): string {
  return object.spec.functionName ?? object.metadata.name;
}

/** The Lambda name as a label's value: itself where it may be one, else `h.<hash>`, which no Lambda name can be. */
export function labelValue(functionName: string): string {
  return labelSafe.test(functionName) ? functionName : `h.${shortHash(["label", functionName], hashLength)}`;
}

/** Hash of a Revision's whole spec, 64 hexadecimal digits. */
export function specHash(spec: Json): string {
  return canonicalHash(spec);
}

/** `<slug of the function>-<16 characters>`, at most 63, so that it can be a label's value as well. */
export function revisionName(functionName: string, canonicalSpecHash: string): string {
  return `${slug(functionName, 46)}-${shortHash(["revision", functionName, canonicalSpecHash], hashLength)}`;
}

/** Hash of what cannot change in an environment once its pod has started. */
export function shapeHash(shape: Json): string {
  return shortHash(["shape", shape], 12);
}

/** `random` is 5 to 16 lower-case letters and digits. */
export function poolPodName(shape: string, random: string): string {
  return `kambda-pool-${shape}-${random}`;
}

export function environmentPodName(revision: string, random: string): string {
  return `kambda-env-${revision.slice(-hashLength)}-${random}`;
}

/** `hello.1` where the function's name is a DNS label. */
export function versionObjectName(functionName: string, version: string): string {
  return objectName(functionName, version);
}

/**
 * The id in a function URL's host: 32 lower-case letters and digits, the same after a restore from Git, for it is made of names
 * and the installation's seed only. `$LATEST` and no qualifier are the same URL.
 */
export function urlId(of: {
  seed: string;
  namespace: string;
  functionName: string;
  qualifier?: string | undefined;
}): string {
  const qualifier = of.qualifier ?? latestVersion;
  return shortHash(["url", of.namespace, of.functionName, qualifier], 32, of.seed);
}

/** An unqualified ARN has no suffix. */
export function functionArn(of: {
  region: string;
  accountId: string;
  functionName: string;
  qualifier?: string | undefined;
}): string {
  const suffix = of.qualifier === undefined ? "" : `:${of.qualifier}`;
  return `arn:aws:lambda:${of.region}:${of.accountId}:function:${of.functionName}${suffix}`;
}

export function layerVersionArn(of: {
  region: string;
  accountId: string;
  layerName: string;
  version: string;
}): string {
  return `arn:aws:lambda:${of.region}:${of.accountId}:layer:${of.layerName}:${of.version}`;
}

/** The namespace's 12-digit account: configured, or made of its name. Derived ones never start with 0. */
export function accountIdOf(namespace: string, configured: Readonly<Record<string, string>> = {}): string {
  const own = Object.hasOwn(configured, namespace) ? configured[namespace] : undefined;
  if (own !== undefined) return own;
  const number = BigInt(`0x${canonicalHash(["account", namespace])}`);
  return (100_000_000_000n + (number % 900_000_000_000n)).toString();
}

/** The log group unless the configuration names one. */
export function logGroupOf(functionName: string, configured: string | undefined): string {
  return configured ?? `/aws/lambda/${functionName}`;
}

/** Owns a namespace's pool pods. */
export const poolConfigMap = "kambda-pool";

/** Parts joined by dots where each is a DNS label; else slugs and a hash, in a form that the first can never have. */
function objectName(...parts: string[]): string {
  if (parts.every((part) => dnsLabel.test(part))) return parts.join(".");
  const hash = shortHash(["object", ...parts], hashLength);
  return `${parts.map((part) => slug(part, 40)).join("-")}.h.${hash}`;
}

/** The name brought into a DNS label's letters; not unique by itself. */
function slug(name: string, lengthMax: number): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, lengthMax)
    .replaceAll(/^-+|-+$/g, "");
  return plain === "" ? "x" : plain;
}
