/** What "up" means: the API answers, the nodes take pods, names are resolved. */
import type { Api } from "./api.ts";
import { until } from "./wait.ts";

const apiSeconds = 120;
const nodeSeconds = 120;
const dnsSeconds = 120;

export async function apiReady(api: Api): Promise<void> {
  let last = "";
  await until(
    () => `the API server to be ready; it last said: ${last} (see kube-apiserver.log)`,
    apiSeconds,
    async () => {
      const { status, body } = await api.get("/readyz");
      last = `${status} ${body}`;
      return status === 200 || undefined;
    },
  );
  // Made by the API server a moment after it is ready; pods with a priority class are refused before.
  await until("the namespace kube-system", apiSeconds, () => exists(api, "/api/v1/namespaces/kube-system"));
}

export async function nodesReady(api: Api, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await until(`node ${name} to be ready (see kubelet.log)`, nodeSeconds, async () => {
      const { status, body } = await api.get(`/api/v1/nodes/${name}`);
      return (status === 200 && isReady(JSON.parse(body) as NodeObject)) || undefined;
    });
  }
  await until("the default ServiceAccount", nodeSeconds, () =>
    exists(api, "/api/v1/namespaces/default/serviceaccounts/default"),
  );
}

export async function dnsReady(api: Api): Promise<void> {
  await until("CoreDNS to be available (kubectl -n kube-system describe pods)", dnsSeconds, async () => {
    const { status, body } = await api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns");
    if (status !== 200) return undefined;
    const deployment = JSON.parse(body) as { status?: { availableReplicas?: number } };
    return (deployment.status?.availableReplicas ?? 0) > 0 || undefined;
  });
}

async function exists(api: Api, path: string): Promise<true | undefined> {
  return (await api.get(path)).status === 200 || undefined;
}

interface NodeObject {
  readonly spec?: { readonly taints?: readonly { readonly key: string }[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Ready and free of the taint that keeps pods away until the controllers have seen it ready. */
function isReady({ spec, status }: NodeObject): boolean {
  const ready = status?.conditions?.some(
    (condition) => condition.type === "Ready" && condition.status === "True",
  );
  const tainted = spec?.taints?.some((taint) => taint.key === "node.kubernetes.io/not-ready");
  return ready === true && tainted !== true;
}
