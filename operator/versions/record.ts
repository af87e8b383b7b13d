/**
 * The last version number ever given under each function name of a namespace, in ConfigMap `kambda-versions`: it outlives
 * functions, so that a number is never given twice.
 */
import { fieldManagers } from "../../crds/labels.ts";
import type { Kube } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";

export const versionsConfigMap = "kambda-versions";

export async function readVersions(kube: Kube, namespace: string): Promise<Record<string, number>> {
  const raw = await kube.get(resources.configMaps, { namespace, name: versionsConfigMap });
  const data = typeof raw?.data === "object" && raw.data !== null ? raw.data : {};
  const numbers = Object.entries(data).map(([name, text]) => [name, Number(text)] as const);
  return Object.fromEntries(numbers.filter(([, number]) => Number.isSafeInteger(number)));
}

/** Never lowers a number. */
export async function recordVersion(
  kube: Kube,
  namespace: string,
  functionName: string,
  version: number,
): Promise<void> {
  const recorded = await readVersions(kube, namespace);
  if ((recorded[functionName] ?? 0) >= version) return;
  const numbers = Object.entries({ ...recorded, [functionName]: version });
  await kube.apply(
    resources.configMaps,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: versionsConfigMap, namespace },
      data: Object.fromEntries(numbers.map(([name, number]) => [name, String(number)])),
    },
    fieldManagers.operator,
  );
}
