/** ConfigMap `kambda-pool`: owns a namespace's pool pods, and remembers across restarts when they were last of use. */

import { annotations, components, fieldManagers, labels } from "../../crds/labels.ts";
import { poolConfigMap } from "../../crds/names.ts";
import { ownerReferenceTo } from "../../kernel/kube/owner.ts";
import type { Kube, OwnerReference } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";

export interface PoolRecord {
  uid: string;
  lastUseMs: number;
}

export async function readPoolRecord(kube: Kube, namespace: string): Promise<PoolRecord | undefined> {
  const metadata = await kube.getMetadata(resources.configMaps, { namespace, name: poolConfigMap });
  if (metadata === undefined || metadata.deletionTimestamp !== undefined) return undefined;
  return {
    uid: metadata.uid ?? "",
    lastUseMs: Date.parse(metadata.annotations?.[annotations.lastUse] ?? "") || 0,
  };
}

export async function writePoolRecord(kube: Kube, namespace: string, lastUseMs: number): Promise<PoolRecord> {
  const written = await kube.apply(
    resources.configMaps,
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: poolConfigMap,
        namespace,
        labels: {
          "app.kubernetes.io/managed-by": fieldManagers.operator,
          [labels.component]: components.pool,
        },
        annotations: { [annotations.lastUse]: new Date(lastUseMs).toISOString() },
      },
    },
    fieldManagers.operator,
  );
  return { uid: written.metadata.uid ?? "", lastUseMs };
}

export async function removePoolRecord(kube: Kube, namespace: string, uid: string): Promise<void> {
  await kube.remove(resources.configMaps, { namespace, name: poolConfigMap }, { uid });
}

export function ownerOf({ uid }: PoolRecord): OwnerReference {
  const { kind } = resources.configMaps;
  return ownerReferenceTo({ apiVersion: "v1", kind, metadata: { name: poolConfigMap, uid } });
}
