/**
 * The real kubectl, as a person uses it, and the few shapes of it tests need again and again. What is merely looked at, many times while
 * a test waits, is asked of the API server directly: a kubectl process a look would be most of what the machine does.
 */
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { createFetchKube } from "../../kernel/kube/fetch.ts";
import { findCredentials } from "../../kernel/kube/find.ts";
import type { Kube, Resource } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { type Finished, type RunOptions, run as runHere } from "../../program/run.ts";
import { installation } from "./installation.ts";

/** An object of the cluster as JSON; tests read what they need of it. */
export interface KubeObject {
  apiVersion?: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    creationTimestamp?: string;
    ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
  };
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
  [field: string]: unknown;
}

export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string } & Record<string, unknown>;
};

/** One kubectl call may take this long, watches and waits included. */
const commandMsMax = 180_000;

export const environment = {
  KUBECONFIG: installation.kubeconfig,
  PATH: installation.path,
  KAMBDA_URL: installation.url,
  KAMBDA_API: installation.api,
  KAMBDA_METRICS: installation.metrics,
};

export function run(program: string, words: string[], options: RunOptions = {}): Promise<Finished> {
  return runHere(program, words, {
    timeoutMs: commandMsMax,
    ...options,
    env: { ...environment, ...options.env },
  });
}

/** What kubectl prints. Rejects with its stderr when it fails. */
export async function kubectl(words: string[], options: RunOptions = {}): Promise<string> {
  return (await run("kubectl", words, options)).stdout;
}

/** What kubectl says when it refuses; rejects when it does not. */
export async function kubectlRefused(words: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run("kubectl", words, { ...options, allowed: [0, 1] });
  if (code === 0)
    throw new Error(`kubectl ${words.join(" ")} was expected to be refused, but said: ${stdout}`);
  return stderr;
}

export function apply(manifests: Manifest[], words: string[] = []): Promise<string> {
  const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests });
  return kubectl(["apply", "-f", "-", ...words], { input });
}

/** undefined when there is none. */
export async function get(kind: string, name: string, namespace: string): Promise<KubeObject | undefined> {
  const resource = resourceOf(kind);
  const key = isClusterScoped(resource) ? { name } : { namespace, name };
  return (await (await apiServer()).get(resource, key)) as KubeObject | undefined;
}

export async function list(kind: string, namespace: string, selector?: string): Promise<KubeObject[]> {
  const resource = resourceOf(kind);
  const { items } = await (await apiServer()).list(resource, {
    ...(isClusterScoped(resource) ? {} : { namespace }),
    ...(selector === undefined ? {} : { labelSelector: selector }),
  });
  return items as KubeObject[];
}

/** Of the kinds tests look at; the namespace they name then does not matter. */
function isClusterScoped(resource: Resource): boolean {
  return resource === resources.nodes;
}

let connected: Promise<Kube> | undefined;

async function apiServer(): Promise<Kube> {
  connected ??= findCredentials({ clock: createSystemClock() }, environment).then(createFetchKube);
  return await connected;
}

/** Kinds that Kambda itself neither reads nor writes. */
const others: Resource[] = [
  { group: "", version: "v1", plural: "resourcequotas", kind: "ResourceQuota" },
  { group: "apps", version: "v1", plural: "deployments", kind: "Deployment" },
];

/** As kubectl takes it: `pod`, `pods`, `pods.group`. */
function resourceOf(kind: string): Resource {
  const [word] = kind.split(".");
  const found = [...Object.values(resources), ...others].find(
    (one) => one.plural === word || one.kind.toLowerCase() === word,
  );
  if (found === undefined) throw new Error(`tests look at no ${kind} yet: add it here`);
  return found;
}

export async function helm(words: string[], options: RunOptions = {}): Promise<string> {
  return (await run("helm", words, options)).stdout;
}
