/** `npm stop`: removes every trace but the build cache. A cluster of somebody else's is left as it was found. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { clusterPaths } from "../cluster/embedded/paths.ts";
import { unpackTools } from "../cluster/embedded/tools.ts";
import type { Options } from "./options.ts";
import { envFile, stateFolder } from "./paths.ts";
import { providerOf } from "./provider.ts";
import type { Report } from "./report.ts";
import { closeTunnels } from "./tunnel.ts";
import { uninstall } from "./uninstall.ts";

export async function down(options: Options, report: Report): Promise<number> {
  const provider = providerOf(options);
  if (options.provider.kind === "context") await leave(options, report);
  await closeTunnels(options.name);
  const what =
    options.provider.kind === "context" ? "forget the cluster" : `stop the cluster ${options.name}`;
  await report.step(what, (detail) =>
    provider.down(options.name, ({ step, detail: more }) =>
      detail(more === undefined ? step : `${step}: ${more}`),
    ),
  );
  for (const file of [
    envFile(options.name),
    ...["ports", "values"].map((what) => join(stateFolder, `${what}-${options.name}.json`)),
  ]) {
    await rm(file, { force: true });
  }
  report.say("Everything is gone but the build cache, which makes the next start fast.");
  return 0;
}

async function leave({ name }: Options, report: Report): Promise<void> {
  const { kubeconfig } = clusterPaths(name);
  if (!existsSync(kubeconfig)) return;
  const tools = await unpackTools(() => undefined);
  const env = { KUBECONFIG: kubeconfig, PATH: `${tools}${delimiter}${process.env.PATH ?? ""}` };
  const left = await report.step("uninstall Kambda from the cluster", (detail) => uninstall(env, detail));
  if (left.crds === "kept")
    report.say(`Objects of yours are still there, and with them the CRDs: ${left.because.join(", ")} …`);
}
