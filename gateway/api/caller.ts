/**
 * Whose account a call is about. An ARN says it; for a plain name it is the caller's own. Until the REST API verifies
 * signatures, the access key id of the (unverified) SigV4 header is the namespace's name: this listener is for callers
 * inside the cluster, and a NetworkPolicy keeps it so.
 */
import { LambdaError } from "../../crds/errors.ts";

const credential = /Credential=([^/\s,]{1,128})\//;

const namespaceName = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A key of AWS's own, left in the environment of whoever calls: told as such, or they would look for a function that is there. */
export function assertNamesNamespace(callerNamespace: string): void {
  if (namespaceName.test(callerNamespace)) return;
  throw new LambdaError(
    "UnrecognizedClientException",
    "The security token included in the request is invalid: its access key ID is taken for the name of a namespace, and is none. Set AWS_ACCESS_KEY_ID to the function's namespace, or call the function by its ARN.",
  );
}

export const defaultNamespace = "default";

export function callerNamespace(authorization: string | undefined): string {
  const accessKeyId = authorization === undefined ? undefined : credential.exec(authorization)?.[1];
  return accessKeyId ?? defaultNamespace;
}
