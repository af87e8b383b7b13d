/** Provisioned concurrency as CloudWatch counts it: what ran in a provisioned environment, and what spilled over to others. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { Callable } from "../catalog/callable.ts";
import type { EnvironmentPod } from "../catalog/pod.ts";

export interface ProvisionedMetrics {
  podChanged(key: string, now: EnvironmentPod | undefined): void;
  ended(callable: Callable, pod: EnvironmentPod): void;
}

const byFunction = ["namespace", "function", "version"] as const;

/** Counts nothing for revisions without provisioned environments: they have no series. */
export function createProvisionedMetrics(registry: Registry): ProvisionedMetrics {
  const registers = [registry];
  /** Provisioned pods by Revision, `namespace/name` each. */
  const pods = new Map<string, Set<string>>();
  const revisionOf = new Map<string, string>();
  const invocations = new Counter({
    name: "kambda_provisioned_concurrency_invocations_total",
    help: "Invocations that ran in a provisioned environment.",
    labelNames: byFunction,
    registers,
  });
  const spillover = new Counter({
    name: "kambda_provisioned_concurrency_spillover_invocations_total",
    help: "Invocations of a version with provisioned environments that ran in another, for all of those were in use.",
    labelNames: byFunction,
    registers,
  });
  new Gauge({
    name: "kambda_provisioned_concurrency_environments",
    help: "Provisioned environments whose pods live.",
    labelNames: ["namespace", "revision"],
    registers,
    collect() {
      this.reset();
      for (const [key, { size }] of pods) {
        const [namespace = "", revision = ""] = key.split("/");
        this.set({ namespace, revision }, size);
      }
    },
  });
  const forget = (key: string) => {
    const revision = revisionOf.get(key);
    revisionOf.delete(key);
    if (revision === undefined) return;
    const kept = pods.get(revision);
    kept?.delete(key);
    if (kept?.size === 0) pods.delete(revision);
  };
  return {
    podChanged(key, now) {
      forget(key);
      if (now?.isProvisioned !== true || now.revision === undefined || now.phase === "ended") return;
      const revision = `${now.namespace}/${now.revision}`;
      revisionOf.set(key, revision);
      pods.set(revision, (pods.get(revision) ?? new Set()).add(key));
    },
    ended({ namespace, functionName, functionVersion, target }, pod) {
      if (!pods.has(target.key)) return;
      const labels = { namespace, function: functionName, version: functionVersion };
      (pod.isProvisioned ? invocations : spillover).inc(labels);
    },
  };
}
