/**
 * From nothing to a running Kambda: cluster, images, chart. Used by `npm start`, the gate and the benchmark, which differ
 * only in the name of the cluster and a few values.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { buildImages } from "../images/build.ts";
import { imagesFor } from "../images/table.ts";
import { run } from "../program/run.ts";
import { expose } from "./expose.ts";
import { homeAddress } from "./home.ts";
import { releaseNamespace } from "./names.ts";
import type { Options } from "./options.ts";
import { chart, envFile, stateFolder } from "./paths.ts";
import { freePorts } from "./ports.ts";
import { providerOf } from "./provider.ts";
import { pushImages } from "./push.ts";
import type { Report } from "./report.ts";
import { untilRolledOut } from "./rollout.ts";
import { sourceable } from "./sourceable.ts";
import { valuesOf } from "./values.ts";

export interface Installation {
  /** What `.kambda/env` says, by name: KUBECONFIG, KAMBDA_URL, KAMBDA_API, KAMBDA_METRICS, PATH. */
  env: Record<string, string>;
  envFile: string;
}

export interface InstallOptions extends Pick<Options, "name" | "provider" | "runtimes"> {
  /** Helm values over those of `start/values.ts`. */
  values?: Record<string, unknown>;
  /** Images of test/images to build and load as well. */
  testImages?: string[];
}

export async function install(options: InstallOptions, report: Report): Promise<Installation> {
  const provider = providerOf(options);
  await report.step("look at what is there", (detail) => provider.check(({ step }) => detail(step)));
  await mkdir(stateFolder, { recursive: true });
  const built = await report.step("build images", (detail) =>
    buildImages({ only: imagesFor(options.runtimes), report: detail }),
  );
  const tested =
    options.testImages === undefined
      ? []
      : await report.step("build images for the tests", (detail) =>
          buildImages({ only: options.testImages ?? [], report: detail }).then(({ archives }) => archives),
        );
  const { registry } = { registry: undefined, ...options.provider };
  const pushed =
    registry === undefined
      ? undefined
      : await report.step(`push images to ${registry}`, (detail) => pushImages(registry, built, detail));
  const nodes = options.provider.kind === "embedded" ? options.provider.nodes : 1;
  const cluster = await report.step(`bring up the cluster (${options.provider.kind})`, (detail) =>
    provider.up(
      { name: options.name, nodes, archives: pushed === undefined ? [...built.archives, ...tested] : [] },
      ({ step, detail: more }) => detail(more === undefined ? step : `${step}: ${more}`),
    ),
  );
  const env = {
    KUBECONFIG: cluster.kubeconfigPath,
    PATH: `${cluster.toolsPath}${delimiter}${process.env.PATH ?? ""}`,
  };
  const ports = await freePorts(options.name);
  const made = {
    images: built.images,
    pushed,
    publicPort: ports.public,
    homeAddress: cluster.routed ? await homeAddress(env) : undefined,
  };
  const values = join(stateFolder, `values-${options.name}.json`);
  await writeFile(values, JSON.stringify(valuesOf(made, options.values ?? {}), null, 2));
  await report.step("install the chart", () =>
    run(
      "helm",
      [
        "upgrade",
        "--install",
        "kambda",
        chart,
        "--namespace",
        releaseNamespace,
        "--create-namespace",
        "--values",
        values,
      ],
      { env },
    ),
  );
  await report.step("wait for operator, gateway and NATS", async (detail) => {
    for (const workload of await workloads(env)) await untilRolledOut(workload, env, detail);
  });
  await report.step("open the listeners on this machine", () => expose(options, cluster, env, ports));
  const all = {
    ...env,
    KAMBDA_URL: `http://127.0.0.1:${ports.public}`,
    KAMBDA_API: `http://127.0.0.1:${ports.api}`,
    KAMBDA_METRICS: `http://127.0.0.1:${ports.metrics}`,
  };
  const file = envFile(options.name);
  await writeFile(file, sourceable(file, all, cluster.toolsPath));
  return { env: all, envFile: file };
}

async function workloads(env: Record<string, string>): Promise<string[]> {
  const { stdout } = await run(
    "kubectl",
    ["get", "deployments,statefulsets", "-n", releaseNamespace, "-o", "name"],
    { env },
  );
  return stdout.trim().split("\n").filter(Boolean);
}
