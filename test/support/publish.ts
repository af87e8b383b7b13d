/** Versions and aliases as a person applies them, and waiting until the gateway serves them. */
import type { Manifest } from "./kubectl.ts";
import type { TestNamespace } from "./namespace.ts";
import { until } from "./until.ts";

export function aVersion(name: string, spec: { functionName: string } & Record<string, unknown>): Manifest {
  return { apiVersion: "kambda.dev/v1alpha1", kind: "Version", metadata: { name }, spec } as Manifest;
}

/** Alias `live` of the function unless `spec` names another. */
export function anAlias(functionName: string, spec: Record<string, unknown>): Manifest {
  const name = String(spec.name ?? "live");
  return {
    apiVersion: "kambda.dev/v1alpha1",
    kind: "Alias",
    metadata: { name: `${functionName}.${name}` },
    spec: { functionName, name, ...spec },
  } as Manifest;
}

/** The number the Version object was given, once it is Active. */
export async function published(namespace: TestNamespace, name: string): Promise<string> {
  return await until(`Version ${name} to be published`, 60, async () => {
    const { state, version } = (await namespace.get("versions.kambda.dev", name))?.status ?? {};
    return state === "Active" ? String(version) : undefined;
  });
}

/** The alias's status, once it speaks of the newest spec. */
export async function routed(namespace: TestNamespace, name: string): Promise<Record<string, unknown>> {
  return await until(`Alias ${name} to be routed`, 60, async () => {
    const object = await namespace.get("aliases.kambda.dev", name);
    const generation = (object?.metadata as { generation?: number } | undefined)?.generation;
    const status = object?.status ?? {};
    const ready = (status.conditions as { type: string; status: string }[] | undefined)?.find(
      ({ type }) => type === "Ready",
    );
    return status.observedGeneration === generation && ready?.status === "True" ? status : undefined;
  });
}
