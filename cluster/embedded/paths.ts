/** Where things of the embedded cluster lie: state in the checkout, builds in a cache that outlives it. */
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ClusterError } from "../provider.ts";

const checkout = resolve(import.meta.dirname, "../..");

export const hostModulePath = join(checkout, "cluster/host");
export const packagesPath = join(checkout, "node_modules");

/** Kept by `npm stop`. */
export function cachePath(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment.XDG_CACHE_HOME ?? join(environment.HOME ?? homedir(), ".cache");
  return environment.KAMBDA_CACHE ?? join(base, "kambda");
}

/** Names become folder names, cgroup names and host names. */
const nameRule = /^[a-z]([-a-z0-9]{0,28}[a-z0-9])?$/;

export function isClusterName(name: string): boolean {
  return nameRule.test(name);
}

export interface ClusterPaths {
  readonly root: string;
  readonly state: string;
  readonly kubeconfig: string;
  readonly pki: string;
  readonly logs: string;
  readonly volumes: string;
  readonly nodes: string;
}

/** Everything of one cluster; removed by `down`. */
export function clusterPaths(name: string): ClusterPaths {
  if (!isClusterName(name)) {
    throw new ClusterError(
      `cluster name "${name}" will not do: use up to 30 lower-case letters, digits and dashes, starting with a letter`,
    );
  }
  const root = join(checkout, ".kambda", name);
  return {
    root,
    state: join(root, "state.json"),
    kubeconfig: join(root, "kubeconfig"),
    pki: join(root, "pki"),
    logs: join(root, "logs"),
    volumes: join(root, "volumes"),
    nodes: join(root, "nodes"),
  };
}
