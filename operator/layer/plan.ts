/**
 * What to do about a LayerVersion, purely. A fixed point: once the actions are done and the world shows it, there are none. It is
 * given its number once, when its content is stored; from then on it is what it is (V1). It may be deleted at any time: what
 * runs with it names its archive itself.
 */

import type { LayerVersionStatus } from "../../crds/layerversion/schema.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Problem } from "../function/problem.ts";
import { type Plan, type StatusAction, statusActions } from "../plan.ts";
import { fullSentence, type LastVersion } from "../version/record.ts";
import type { LayerObserved } from "./observed.ts";
import { type Progress, statusOf } from "./status.ts";
import { storyOf } from "./story.ts";

export type Action =
  | { action: "acquireContent" }
  | { action: "recordLast"; last: LastVersion }
  | StatusAction<LayerVersionStatus>
  /** Its status names its archive from now on. */
  | { action: "forget" };

/** Content that may come to be had is looked for this often. */
export const passingMs = 15_000;

export function plan(observed: LayerObserved, settings: Settings): Plan<Action> {
  const { metadata, status } = observed.layer;
  if (metadata.deletionTimestamp !== undefined)
    return { actions: [{ action: "forget" }], again: { again: "never" } };
  if (status.version !== undefined) return { actions: keep(observed), again: { again: "round" } };
  const { progress, before, after } = advance(observed);
  const isPassing = progress.progress === "failed" && progress.problem.passing;
  return {
    actions: [...before, ...write(observed, progress, settings), ...after],
    again: isPassing ? { again: "after", ms: passingMs } : { again: "round" },
  };
}

/** A store that lost the archive gets it again; the same files are the same archive. */
function keep({ isStored, contentKnowledge }: LayerObserved): Action[] {
  const isKnown = contentKnowledge.state !== "unknown";
  if (isStored) return isKnown ? [{ action: "forget" }] : [];
  return isKnown ? [] : [{ action: "acquireContent" }];
}

function advance(observed: LayerObserved): { progress: Progress; before: Action[]; after: Action[] } {
  const { contentKnowledge, record, layer } = observed;
  switch (contentKnowledge.state) {
    case "unknown":
      return { progress: { progress: "working" }, before: [], after: [{ action: "acquireContent" }] };
    case "refused":
      return { progress: { progress: "failed", problem: contentKnowledge.problem }, before: [], after: [] };
    case "known": {
      const { uid } = layer.metadata;
      // An earlier try may have ended between the record and the status.
      const isGiven = record.last.revision === uid;
      if (record.isFull === true)
        return { progress: { progress: "failed", problem: full }, before: [], after: [] };
      const number = isGiven ? record.last.number : record.last.number + 1;
      const last: LastVersion = { number, revision: uid, isDeleted: false };
      return {
        progress: { progress: "published", number, content: contentKnowledge.content },
        before: isGiven ? [] : [{ action: "recordLast", last }],
        after: [{ action: "forget" }],
      };
    }
  }
}

const full: Problem = { reasonCode: "InternalError", message: fullSentence, passing: true };

function write(observed: LayerObserved, progress: Progress, settings: Settings): Action[] {
  const { status: before } = observed.layer;
  const status = statusOf(observed, progress, settings);
  return statusActions(before, status, () => storyOf(before, status));
}
