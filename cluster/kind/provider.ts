/** A cluster made by kind, for machines that have Docker. kind does the work; this names what is missing. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../program/run.ts";
import { clusterPaths } from "../embedded/paths.ts";
import { unpackTools } from "../embedded/tools.ts";
import { type Cluster, ClusterError, type ClusterRequest, type Provider, type Report } from "../provider.ts";
import { loadImages } from "./load.ts";

export function createKindProvider(): Provider {
  return { check: requireKind, up, down, loadImages };
}

async function up({ name, nodes, archives }: ClusterRequest, report: Report): Promise<Cluster> {
  await requireKind();
  const toolsPath = await unpackTools(report);
  const { root, kubeconfig } = clusterPaths(name);
  mkdirSync(root, { recursive: true });
  const present = (await run("kind", ["get", "clusters"])).stdout.split("\n").includes(name);
  if (present) {
    await run("kind", ["export", "kubeconfig", "--name", name, "--kubeconfig", kubeconfig]);
  } else {
    const step = `making the kind cluster ${name}`;
    report({ step });
    const config = join(root, "kind.json");
    writeFileSync(config, JSON.stringify(kindConfig(nodes)));
    await run(
      "kind",
      ["create", "cluster", "--name", name, "--config", config, "--kubeconfig", kubeconfig, "--wait", "5m"],
      {
        onLine: (detail) => report({ step, detail }),
      },
    );
  }
  await loadImages(name, archives, report);
  return { kubeconfigPath: kubeconfig, toolsPath, routed: false };
}

function kindConfig(nodes: number) {
  const workers = Array.from({ length: nodes - 1 }, () => ({ role: "worker" }));
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    nodes: [{ role: "control-plane" }, ...workers],
  };
}

async function down(name: string, report: Report): Promise<void> {
  const { root } = clusterPaths(name);
  if (!existsSync(root)) return;
  await requireKind();
  report({ step: `removing the kind cluster ${name}` });
  await run("kind", ["delete", "cluster", "--name", name]);
  rmSync(root, { recursive: true, force: true });
}

async function requireKind(): Promise<void> {
  for (const [program, mend] of [
    ["docker", "install Docker, or leave out `--cluster kind` to use the embedded cluster"],
    ["kind", "install kind (`go install sigs.k8s.io/kind@latest` does it), or leave out `--cluster kind`"],
  ] as const) {
    const { code, stderr } = await run(program, ["version"], { allowed: "any" });
    if (code !== 0) throw new ClusterError(`\`${program}\` does not answer here (${stderr.trim()}): ${mend}`);
  }
}
