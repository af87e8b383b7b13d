/**
 * What to do about a Version, purely. A fixed point: once the actions are done and the world shows it, there are none. A version
 * is published once, when its function's newest change serves; from then on it is what it is (V1).
 */

import { finalizers, latestVersion } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { VersionStatus } from "../../crds/version/schema.ts";
import { againAt } from "../../kernel/queue/queue.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { type Plan, type StatusAction, statusActions } from "../plan.ts";
import { provisionedStories } from "../provisioned/story.ts";
import type { VersionObserved } from "./observed.ts";
import { type Publication, publicationOf } from "./publication.ts";
import type { LastVersion } from "./record.ts";
import { refusalOf } from "./refusal.ts";
import { type Progress, statusOf } from "./status.ts";
import { storyOf } from "./story.ts";

export type Action =
  | { action: "addFinalizer" }
  | { action: "recordLast"; last: LastVersion }
  | { action: "writeRevision"; publication: Publication }
  | StatusAction<VersionStatus>
  | { action: "removeRevision"; name: string; uid: string }
  | { action: "removeFinalizer" };

/** A version that may not go yet is looked at this often besides on every change of an alias. */
export const inUseMs = 15_000;

export function plan(observed: VersionObserved, settings: Settings): Plan<Action> {
  const { metadata } = observed.version;
  const isOurs = metadata.finalizers.includes(finalizers.version);
  if (metadata.deletionTimestamp !== undefined)
    return isOurs ? planDeletion(observed, settings) : { actions: [], again: { again: "never" } };
  if (!isOurs) return { actions: [{ action: "addFinalizer" }], again: { again: "round" } };
  const { progress, before } = advance(observed);
  const again = againAt(observed.scalingDueAtMs ?? Number.POSITIVE_INFINITY, observed.nowMs);
  return { actions: [...before, ...write(observed, progress, settings)], again };
}

function advance(observed: VersionObserved): { progress: Progress; before: Action[] } {
  const { version, revision, serving, record } = observed;
  if (version.status.version !== undefined) {
    const progress: Progress =
      revision === undefined
        ? { progress: "lost" }
        : { progress: "published", spec: revision.spec, revision };
    return { progress, before: [] };
  }
  if (revision !== undefined && wasPublishedFor(observed, revision))
    return { progress: { progress: "published", spec: revision.spec, revision }, before: [] };
  const refusal = refusalOf(observed);
  if (refusal !== undefined || serving === undefined)
    return { progress: refusal ?? { progress: "waiting", ...noRevision }, before: [] };
  const publication = publicationOf(serving.spec, record.last);
  const { number, revision: name, spec, isNew } = publication;
  const last: LastVersion = { number, revision: name, isDeleted: false };
  return {
    progress: { progress: "published", spec, name },
    before: [
      ...(isNew ? [{ action: "recordLast", last } as const] : []),
      // Written again where it is there: an earlier try may have ended between the number and this.
      { action: "writeRevision", publication },
    ],
  };
}

/** Made for a Function with publish: true, which gave the number and wrote the Revision. */
function wasPublishedFor({ version, function: of }: VersionObserved, { spec }: RevisionObject): boolean {
  const isAsked = version.spec.codeSha256 === undefined && version.spec.revisionId === undefined;
  return isAsked && spec.functionVersion !== latestVersion && spec.functionUid === of?.metadata.uid;
}

const noRevision = { reasonCode: "Creating", message: "The function has no code yet." } as const;

function write(observed: VersionObserved, progress: Progress, settings: Settings): Action[] {
  const status = statusOf(observed, progress, settings);
  const { status: before } = observed.version;
  return statusActions(before, status, () => [
    ...storyOf(before, status),
    ...provisionedStories(before, status),
  ]);
}

/** What an alias needs stays, whatever became of the request to delete it: its invocations must not fail. */
function planDeletion(observed: VersionObserved, settings: Settings): Plan<Action> {
  const { revision, record, aliases, hasTwin } = observed;
  if (aliases.length > 0 && !hasTwin && revision !== undefined) {
    const progress: Progress = { progress: "held", spec: revision.spec, revision };
    return { actions: write(observed, progress, settings), again: { again: "after", ms: inUseMs } };
  }
  const goes = hasTwin ? undefined : revision;
  const { last } = record;
  const isLast = goes !== undefined && last.revision === goes.metadata.name && !last.isDeleted;
  return {
    actions: [
      ...(isLast ? [{ action: "recordLast", last: { ...last, isDeleted: true } } as const] : []),
      ...(goes === undefined
        ? []
        : [{ action: "removeRevision", name: goes.metadata.name, uid: goes.metadata.uid } as const]),
      { action: "removeFinalizer" },
    ],
    again: { again: "never" },
  };
}
