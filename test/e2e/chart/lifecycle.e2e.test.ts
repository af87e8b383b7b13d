/**
 * The chart's life, as an administrator lives it, with the values it comes with: install, test, upgrade, uninstall that keeps
 * everything, install again, uninstall that takes everything. In this order, on a cluster of its own.
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../support/installation.ts";
import { aFunction, publicUrl } from "../../support/manifest.ts";
import { until } from "../../support/until.ts";
import { type OwnCluster, ownCluster } from "./cluster.ts";

setDefaultTimeout(300_000);

const chart = join(checkout, "charts/kambda");
const here = ["-n", "kambda-system"];
const install = ["install", "kambda", chart, ...here, "--create-namespace", "--wait", "--timeout", "180s"];
const uninstall = ["uninstall", "kambda", ...here, "--wait", "--timeout", "180s"];
const hello = JSON.stringify(aFunction("hello", { url: publicUrl }));

let cluster: OwnCluster;

beforeAll(async () => {
  cluster = await ownCluster("chart-lifecycle");
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** The answer of the function's URL, asked at the Service of the public listener. */
async function answer(): Promise<number> {
  const url = await cluster.kubectl([
    "get",
    "function",
    "hello",
    "-n",
    "default",
    "-o",
    "jsonpath={.status.url}",
  ]);
  const address = await cluster.kubectl([
    "get",
    "service",
    "kambda-public",
    ...here,
    "-o",
    "jsonpath={.spec.clusterIP}",
  ]);
  const response = await fetch(`http://${address}/`, { headers: { host: new URL(url).host } });
  return response.status;
}

const answers = () => until("the function to answer", 60, async () => (await answer()) === 200);
const crds = () => cluster.kubectl(["get", "crds", "-o", "name"]);

test("without a default StorageClass it says so, instead of waiting for ever", async () => {
  const mark = (value: string) =>
    cluster.kubectl([
      "annotate",
      "storageclass",
      "standard",
      "--overwrite",
      `storageclass.kubernetes.io/is-default-class=${value}`,
    ]);
  await mark("false");
  expect(await cluster.helmRefused(...install)).toContain("this cluster has no default StorageClass");
  await mark("true");
});

test("it installs with no value given, and teaches the first function", async () => {
  expect(await cluster.helm(...install)).toContain("Your first function");
  await cluster.kubectl(["apply", "-n", "default", "-f", "-"], hello);
  await answers();
});

test("helm test invokes a function, and leaves none behind", async () => {
  expect(await cluster.helm("test", "kambda", ...here, "--timeout", "120s")).toContain("Succeeded");
  await until(
    "the test's function to be gone",
    60,
    async () => (await cluster.kubectl(["get", "functions", ...here, "-o", "name"])) === "",
  );
});

test("an upgrade carries changes of the schema, keeps NATS' password, and functions go on", async () => {
  const secret = () =>
    cluster.kubectl(["get", "secret", "kambda-nats", ...here, "-o", "jsonpath={.data.password}"]);
  const before = await secret();
  const folder = mkdtempSync(join(tmpdir(), "kambda-chart-"));
  cpSync(chart, folder, { recursive: true });
  const crd = join(folder, "files/crds/kambda.dev_functions.yaml");
  const description = "Changed by the test of upgrades.";
  writeFileSync(crd, readFileSync(crd, "utf8").replace("What it is for.", description));
  await cluster.helm("upgrade", "kambda", folder, ...here, "--wait", "--timeout", "180s");
  rmSync(folder, { recursive: true });
  expect(await cluster.kubectl(["get", "crd", "functions.kambda.dev", "-o", "yaml"])).toContain(description);
  expect(await secret()).toBe(before);
  await answers();
});

test("what a StatefulSet cannot change is refused before anything is touched", async () => {
  const words = ["upgrade", "kambda", chart, ...here, "--set", "nats.storage.kind=emptyDir"];
  expect(await cluster.helmRefused(...words)).toContain("a StatefulSet cannot change that");
});

test("more servers for a NATS that runs alone are refused, for they would delete the code it stored", async () => {
  const words = ["upgrade", "kambda", chart, ...here, "--set", "nats.servers=3"];
  expect(await cluster.helmRefused(...words)).toContain("nats.servers is 3, but NATS runs with 1");
  await answers();
});

test("an uninstall keeps the CRDs and the Functions; a new install serves them again", async () => {
  await cluster.helm(...uninstall);
  expect(await crds()).toContain("functions.kambda.dev");
  expect(await cluster.kubectl(["get", "functions", "-A", "-o", "name"])).toContain("hello");
  await cluster.helm(...install);
  await answers();
});

test("with crds.keep=false an uninstall takes every object along, and its own Secret", async () => {
  await cluster.helm(
    "upgrade",
    "kambda",
    chart,
    ...here,
    "--set",
    "crds.keep=false",
    "--wait",
    "--timeout",
    "180s",
  );
  await cluster.helm(...uninstall);
  expect(await crds()).not.toContain("kambda.dev");
  await until("pods and jobs to be gone", 60, async () => {
    const left = await cluster.kubectl(["get", "pods,jobs", "-A", "-l", "kambda.dev/component"]);
    return left === "" || Promise.reject(new Error(left));
  });
  expect(
    await cluster.kubectl(["get", "secrets,deployments,statefulsets,services", ...here, "-o", "name"]),
  ).toBe("");
  const clusterwide =
    "clusterroles,clusterrolebindings,validatingadmissionpolicies,validatingadmissionpolicybindings";
  expect(
    await cluster.kubectl(["get", clusterwide, "-l", "app.kubernetes.io/name=kambda", "-o", "name"]),
  ).toBe("");
});
