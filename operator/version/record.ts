/**
 * The last version number ever given under each function name of a namespace, and the Revision it was given for, in ConfigMap
 * `kambda-versions`: it outlives functions, so that a number is never given twice. Every write is bound to what was read, so
 * that of two operators who both believe they lead only one gives a number.
 */
import { type Kube, KubeError } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";

export const versionsConfigMap = "kambda-versions";

export interface LastVersion {
  /** 0 before the first. */
  number: number;
  /** Name of the Revision it was given for; unknown once the function was deleted. */
  revision: string | undefined;
  /** Its Version was deleted: the same code and configuration would be another number. */
  isDeleted: boolean;
}

export interface VersionRecord {
  last: LastVersion;
  /** A name that has no number yet finds no room. */
  isFull?: true;
  /** The ConfigMap's; undefined when there is none yet. */
  resourceVersion: string | undefined;
}

/** The API server takes a ConfigMap of 1 MiB; the rest is for names that stand in it and grow. Some 30,000 names without functions. */
export const recordBytesMax = 900_000;

export const noVersion: LastVersion = { number: 0, revision: undefined, isDeleted: false };

export async function readRecord(
  kube: Kube,
  namespace: string,
  functionName: string,
): Promise<VersionRecord> {
  const raw = await kube.get(resources.configMaps, { namespace, name: versionsConfigMap });
  const data: unknown = raw?.data;
  const entries: Record<string, unknown> = typeof data === "object" && data !== null ? { ...data } : {};
  const text = entries[functionName];
  const isFull = text === undefined && Buffer.byteLength(JSON.stringify(entries)) > recordBytesMax;
  return {
    last: parseEntry(text),
    resourceVersion: raw?.metadata.resourceVersion,
    ...(isFull ? { isFull } : {}),
  };
}

/** What is to be done where a name has no number and finds no room for one. */
export const fullSentence = `ConfigMap ${versionsConfigMap} of this namespace is full: it remembers the last version number of every function and layer name that ever had one. Remove the lines of names that are not used again.`;

/** Throws KubeError Conflict or AlreadyExists when another wrote meanwhile. */
export async function writeRecord(
  kube: Kube,
  namespace: string,
  functionName: string,
  { last, resourceVersion }: VersionRecord,
): Promise<void> {
  const data = { [functionName]: formatEntry(last) };
  const key = { namespace, name: versionsConfigMap };
  if (resourceVersion !== undefined) {
    await kube.patch(resources.configMaps, key, { metadata: { resourceVersion }, data });
    return;
  }
  const apiVersion = apiVersionOf(resources.configMaps);
  await kube.create(resources.configMaps, { apiVersion, kind: "ConfigMap", metadata: key, data });
}

/** Nothing can be written into a namespace that is going; its numbers go with it. */
export function isTerminating(error: unknown): boolean {
  return (
    error instanceof KubeError &&
    error.status.reason === "Forbidden" &&
    error.status.message.includes("being terminated")
  );
}

/** `3`, `3 hello-0123456789abcdef`, or the same followed by `deleted`. */
function parseEntry(text: unknown): LastVersion {
  if (typeof text !== "string") return noVersion;
  const [digits = "", revision, mark] = text.split(" ");
  const number = Number(digits);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`ConfigMap ${versionsConfigMap} says "${text}" where a version number belongs`);
  return { number, revision, isDeleted: mark === "deleted" };
}

function formatEntry({ number, revision, isDeleted }: LastVersion): string {
  return [String(number), revision, isDeleted ? "deleted" : undefined].filter(Boolean).join(" ");
}
