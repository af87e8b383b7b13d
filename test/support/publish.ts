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

/** The number the Version object was given, once it is Active and the gateway has seen it. */
export async function published(namespace: TestNamespace, name: string): Promise<string> {
  const { functionName, version } = await until(`Version ${name} to be published`, 60, async () => {
    const { spec, status } = (await namespace.get("versions.kambda.dev", name)) ?? {};
    if (status?.state !== "Active") return undefined;
    return { functionName: String(spec?.functionName), version: String(status.version) };
  });
  await known(namespace, `${functionName}:${version}`);
  return version;
}

function known(namespace: TestNamespace, qualified: string): Promise<boolean> {
  return until(`the gateway to know ${qualified}`, 60, () => namespace.sdk.knows(qualified));
}

/** The alias's status, once it speaks of the newest spec. The gateway knows the alias; what changed in it, a moment later. */
export async function routed(namespace: TestNamespace, name: string): Promise<Record<string, unknown>> {
  const status = await until(`Alias ${name} to be routed`, 60, async () => {
    const object = await namespace.get("aliases.kambda.dev", name);
    const generation = (object?.metadata as { generation?: number } | undefined)?.generation;
    const status = object?.status ?? {};
    const ready = (status.conditions as { type: string; status: string }[] | undefined)?.find(
      ({ type }) => type === "Ready",
    );
    return status.observedGeneration === generation && ready?.status === "True" ? status : undefined;
  });
  await known(namespace, name.replace(".", ":"));
  return status;
}
