/** Which versions an alias needs, purely: those its spec names and those its invocations still go to. */
import type { AliasObject } from "../../crds/alias/schema.ts";
import type { VersionObject } from "../../crds/version/schema.ts";

export function usesVersion({ metadata, spec, status }: AliasObject, version: VersionObject): boolean {
  if (metadata.namespace !== version.metadata.namespace) return false;
  if (spec.functionName !== version.spec.functionName) return false;
  if (spec.versionRef?.name === version.metadata.name) return true;
  const number = version.status.version;
  if (number === undefined) return false;
  const { rollout, routes = [] } = status;
  return [
    spec.functionVersion,
    ...Object.keys(spec.routingConfig?.additionalVersionWeights ?? {}),
    ...routes.map((one) => one.functionVersion),
    ...(rollout?.phase === "Progressing" ? [rollout.fromVersion, rollout.toVersion] : []),
  ].includes(number);
}
