/** Labels, annotations, finalizers and field managers: every key of ours that stands in an object's metadata. */

export const labels = {
  component: "kambda.dev/component",
  /** Hash of what cannot change in an environment once its pod has started. */
  shape: "kambda.dev/shape",
  claim: "kambda.dev/claim",
  /** `labelValue(functionName)`, not always the name itself. */
  function: "kambda.dev/function",
  /** `$LATEST` is no label value: it is written `latest`. */
  version: "kambda.dev/version",
  /** Name of the Revision; on a Version, the one to publish. */
  revision: "kambda.dev/revision",
  alias: "kambda.dev/alias",
  /** "true" on an environment that is kept initialised, traffic or not. */
  provisioned: "kambda.dev/provisioned",
  /** On an environment: its network profile, for NetworkPolicies to select by. */
  network: "kambda.dev/network",
} as const;

export const components = {
  environment: "environment",
  pool: "pool",
  operator: "operator",
  gateway: "gateway",
} as const;

/** `pool`: waits for any function of its shape. `claimed`: taken from the pool. `dedicated`: made for its Revision. */
export const claims = { pool: "pool", claimed: "claimed", dedicated: "dedicated" } as const;
export type Claim = keyof typeof claims;

export const annotations = {
  /** On a ServiceAccount: "true" lets functions take it as their role. */
  assumable: "kambda.dev/assumable",
  /** On a Function: set it anew to have its code fetched again, as `kubectl rollout restart` does for pods. */
  refetch: "kambda.dev/refetch",
  /** On a claimed pod: the function's name as it is, where the label holds a hash. */
  functionName: "kambda.dev/function-name",
  /** On a claimed pod: when it was claimed. */
  claimedAt: "kambda.dev/claimed-at",
  /** On a Revision: hash of the source its code was fetched from, which tells whether to fetch again. */
  codeSource: "kambda.dev/code-source",
  /** On a pool pod and a provisioned one: hash of what it was built from. One that differs is replaced; a provisioned one that started stays. */
  template: "kambda.dev/template",
  /** On a provisioned environment: how its INIT ended, one of `initialized`. */
  initialized: "kambda.dev/initialized",
  /** On a namespace's ConfigMap `kambda-pool`: when an environment was last in use there. */
  lastUse: "kambda.dev/last-use",
} as const;

export const initialized = { success: "success", failed: "failed" } as const;

export const finalizers = {
  function: "kambda.dev/function",
  version: "kambda.dev/version",
  layerVersion: "kambda.dev/layer-version",
} as const;

/** One field manager a writer, so that each owns its fields under server-side apply. */
export const fieldManagers = { operator: "kambda-operator", gateway: "kambda-gateway" } as const;

export const latestVersion = "$LATEST";

/** The value of `labels.version`: `$` may not stand in a label. */
export function versionLabelValue(functionVersion: string): string {
  return functionVersion === latestVersion ? "latest" : functionVersion;
}
