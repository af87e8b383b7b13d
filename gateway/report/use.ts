/**
 * Tells each Revision how much of its provisioned environments is in use, on average over the last seconds: the operator's target
 * tracking goes by it. Only the placer tells, for it alone knows what the requests of all gateways use; another takes over with the
 * same field, and writes where it differs.
 */
import { apiVersion } from "../../crds/fields/metadata.ts";
import { fieldManagers } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { PlacerState } from "../placer/state.ts";
import { provisionedUse } from "../placer/use.ts";
import { reportLimits } from "./limits.ts";

export interface UseReporter {
  /** Looks once; called often. */
  look(): void;
  /** Writes what is new; called every so often. */
  report(): Promise<void>;
}

export interface UseSources {
  placers(): readonly PlacerState[];
  /** Revisions that have provisioned environments. */
  kept(): ReadonlyMap<string, number>;
  revision(key: string): RevisionObject | undefined;
}

interface Seen {
  looks: number;
  /** At the last look. */
  environments: number;
  /** The sum of all looks. */
  inUse: number;
}

type Told = NonNullable<RevisionObject["status"]["provisioned"]>;

/** Not the reporter's name: each writes its own fields only. */
const fieldManager = `${fieldManagers.gateway}-use`;

export function createUseReporter({ kube }: KubeDep, sources: UseSources): UseReporter {
  let seen = new Map<string, Seen>();
  const write = async ({ metadata: { namespace, name } }: RevisionObject, provisioned: Told) => {
    const intent = { apiVersion, kind: "Revision", metadata: { namespace, name }, status: { provisioned } };
    try {
      await kube.applyStatus(resources.revisions, intent, fieldManager);
    } catch (error) {
      if (!isReason(error, "NotFound")) throw error;
    }
  };
  return {
    look() {
      for (const placer of sources.placers())
        for (const key of sources.kept().keys()) {
          const { environments, inUse } = provisionedUse(placer, key);
          if (environments === 0) continue;
          const before = seen.get(key) ?? { looks: 0, environments: 0, inUse: 0 };
          seen.set(key, {
            looks: before.looks + 1,
            environments,
            inUse: before.inUse + inUse,
          });
        }
    },
    async report() {
      const news: [RevisionObject, Told][] = [];
      const late = new Map<string, Seen>();
      for (const [key, one] of seen) {
        const revision = sources.revision(key);
        if (revision === undefined) continue;
        const now = average(one);
        const told = revision.status.provisioned;
        if (!isNews(now, told)) continue;
        if (news.length < reportLimits.useToldMax) news.push([revision, now]);
        else late.set(key, one);
      }
      // First in the next round.
      seen = late;
      for (const [revision, now] of news) await write(revision, now);
    },
  };
}

/** In use on average, of those there are now: when their number has just changed, an average of it would say too much. */
function average({ looks, environments, inUse }: Seen): Told {
  const percent = (100 * inUse) / looks / environments;
  return {
    environments,
    utilizationPercent: inUse === 0 ? 0 : Math.min(100, Math.max(1, Math.round(percent))),
  };
}

/** What hardly differs is not written again; that nothing is in use any more is. */
function isNews(now: Told, told: Told | undefined): boolean {
  if (told?.environments !== now.environments) return true;
  const change = Math.abs(told.utilizationPercent - now.utilizationPercent);
  return change >= reportLimits.usePercentStep || (now.utilizationPercent === 0 && change > 0);
}
