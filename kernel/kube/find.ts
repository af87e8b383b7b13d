/**
 * Finds out where the API server is and who we are there: in a cluster by the pod's ServiceAccount, elsewhere by a kubeconfig, found
 * and refreshed by `@kubernetes/client-node`.
 */
import type { ClockDep } from "../clock/clock.ts";
import type { Credentials } from "./credentials.ts";
import { serviceAccountCredentials } from "./serviceaccount.ts";

/** A KUBECONFIG in the environment wins over the pod's own account. */
export async function findCredentials(
  deps: ClockDep,
  environment: Record<string, string | undefined>,
): Promise<Credentials> {
  const host = environment.KUBERNETES_SERVICE_HOST;
  if (environment.KUBECONFIG !== undefined || host === undefined) {
    const { kubeconfigCredentials } = await import("./kubeconfig.ts");
    return kubeconfigCredentials(environment.KUBECONFIG);
  }
  return serviceAccountCredentials(deps, host, environment);
}
