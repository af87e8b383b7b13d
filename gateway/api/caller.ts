/**
 * Whose account a call is about. An ARN says it; for a plain name it is the caller's own. Until the REST API verifies
 * signatures, the access key id of the (unverified) SigV4 header is the namespace's name: this listener is for callers
 * inside the cluster, and a NetworkPolicy keeps it so.
 */
const credential = /Credential=([^/\s,]{1,128})\//;

export const defaultNamespace = "default";

export function callerNamespace(authorization: string | undefined): string {
  const accessKeyId = authorization === undefined ? undefined : credential.exec(authorization)?.[1];
  return accessKeyId ?? defaultNamespace;
}
