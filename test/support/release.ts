/** The installation's own objects: its Deployments, its settings, and changing them as an administrator would, with helm. */
import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkout, installation } from "./installation.ts";
import { get, helm, type KubeObject, kubectl, list } from "./kubectl.ts";
import { until } from "./until.ts";

const { namespace } = installation;

/** What the tests need of an installation; `npm test` installs with these values from the start. */
export const testValues = join(checkout, "test/e2e/values.json");

export interface Workload extends KubeObject {
  spec: { replicas?: number; template: { spec: { containers: { name: string; image: string }[] } } };
}

export async function workload(component: "gateway" | "operator"): Promise<Workload> {
  const found = (await list("deployments", namespace)).find((one) => one.metadata.name.endsWith(component));
  if (found === undefined) throw new Error(`no Deployment of the ${component} in ${namespace}`);
  return found as Workload;
}

/** The product's image: it has Bun, so that scripts of tests can run in pods without another image. */
export async function productImage(): Promise<string> {
  const image = (await workload("gateway")).spec.template.spec.containers[0]?.image;
  if (image === undefined) throw new Error("the gateway's Deployment has no container");
  return image;
}

/** Restarts pods of a Deployment and waits until the new ones are ready and the old ones gone. */
export async function restart(component: "gateway" | "operator"): Promise<void> {
  const { metadata, spec } = await workload(component);
  await kubectl(["-n", namespace, "rollout", "restart", `deployment/${metadata.name}`]);
  await rolledOut(component);
  await until(`the old pods of the ${component} to be gone`, goneSeconds, async () => {
    const pods = await list("pods", namespace, `app.kubernetes.io/component=${component}`);
    return pods.length === (spec.replicas ?? 1);
  });
}

/** A gateway sleeps a few seconds before it leaves, and finishes what it has. */
const goneSeconds = 60;

export async function rolledOut(component: "gateway" | "operator"): Promise<void> {
  const { metadata } = await workload(component);
  await kubectl(["-n", namespace, "rollout", "status", `deployment/${metadata.name}`, "--timeout=120s"]);
}

type Settings = { [field: string]: Settings | string | number | boolean | unknown[] };

export async function settings(): Promise<Settings> {
  const map = await get("configmap", "kambda-settings", namespace);
  const data = (map?.data ?? {}) as Record<string, string>;
  return JSON.parse(data["settings.json"] ?? "{}") as Settings;
}

let prepared: Promise<void> | undefined;

/** Makes sure the installation has what the tests need; changes nothing on one that has it. */
export function prepareInstallation(): Promise<void> {
  prepared ??= prepare();
  return prepared;
}

/** As in values.json. */
export const testIdleSeconds = 20;

/** How much of a pod's address stands for the range pods of all nodes are in; Services have theirs in the other half. */
const podRangeBits = 17;

/** Made by the process that prepares, while it does; others wait until it is gone. */
const lockPath = join(checkout, ".kambda/preparing");
const prepareSeconds = 240;

async function prepare(): Promise<void> {
  const range = await podRange();
  await until("another process to prepare the installation", prepareSeconds, async () => {
    if (await isPrepared(range)) return true;
    const lock = await open(lockPath, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw error;
    });
    if (lock === undefined) return false;
    try {
      await upgrade(range);
      return true;
    } finally {
      await lock.close();
      await rm(lockPath);
    }
  });
}

async function isPrepared(range: string): Promise<boolean> {
  const { environments, egress } = (await settings()) as {
    environments?: { idleSecondsMax?: number };
    egress?: { allowCidrs?: string[] };
  };
  const isSet =
    environments?.idleSecondsMax === testIdleSeconds && egress?.allowCidrs?.includes(range) === true;
  return isSet && !existsSync(lockPath);
}

async function upgrade(range: string): Promise<void> {
  await helm([
    "upgrade",
    await releaseName(),
    join(checkout, "charts/kambda"),
    ...["-n", namespace, "--reuse-values", "-f", testValues, "--wait", "--timeout", "180s"],
    ...["--set-json", `settings.egress.allowCidrs=["${range}"]`],
  ]);
  await rolledOut("gateway");
  await rolledOut("operator");
}

/** Where pods have their addresses, told from one of them. */
async function podRange(): Promise<string> {
  const addresses = (await list("pods", namespace)).map((pod) => (pod.status as { podIP?: string }).podIP);
  const octets = addresses
    .find((address) => address !== undefined)
    ?.split(".")
    .map(Number);
  if (octets?.length !== 4) throw new Error(`no pod in ${namespace} has an IPv4 address`);
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const first = number - (number % 2 ** (32 - podRangeBits));
  const network = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
  return `${network}/${podRangeBits}`;
}

async function releaseName(): Promise<string> {
  const releases = JSON.parse(await helm(["list", "-n", namespace, "-o", "json"])) as { name: string }[];
  const name = releases[0]?.name;
  if (name === undefined) throw new Error(`no helm release in ${namespace}`);
  return name;
}
