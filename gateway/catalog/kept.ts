/** How many provisioned environments each Revision has, by the pods the watch knows. */
import type { EnvironmentPod } from "./pod.ts";

export interface Kept {
  podChanged(key: string, now: EnvironmentPod | undefined): void;
  /** By Revision, `namespace/name`; those without any are not there. */
  counts(): ReadonlyMap<string, number>;
}

/** `changed` is told a Revision's new number. */
export function createKept(changed: (revisionKey: string, count: number) => void): Kept {
  const counts = new Map<string, number>();
  const revisionOf = new Map<string, string>();
  const change = (revisionKey: string | undefined, by: 1 | -1) => {
    if (revisionKey === undefined) return;
    const count = (counts.get(revisionKey) ?? 0) + by;
    if (count === 0) counts.delete(revisionKey);
    else counts.set(revisionKey, count);
    changed(revisionKey, count);
  };
  return {
    podChanged(key, now) {
      const stays = now?.isProvisioned === true && now.phase !== "ended" && now.phase !== "leaving";
      const revision = stays && now.revision !== undefined ? `${now.namespace}/${now.revision}` : undefined;
      const before = revisionOf.get(key);
      if (before === revision) return;
      if (revision === undefined) revisionOf.delete(key);
      else revisionOf.set(key, revision);
      change(before, -1);
      change(revision, 1);
    },
    counts: () => counts,
  };
}
