/** `Function.status.conditions`, purely. Ready, CodeReady and Reserved are ours; Invocable and Schedulable the environments'. */
import { type Condition, conditionOf, conditionTypes, withCondition } from "../../crds/conditions.ts";
import type { FunctionObject } from "../../crds/function/schema.ts";
import { sourceOf } from "../code/source.ts";
import type { Observed } from "./observed.ts";
import { isRetried, type Progress } from "./progress.ts";

type Said = Omit<Condition, "lastTransitionTime">;

const { Ready, CodeReady, Reserved, Invocable, Schedulable } = conditionTypes;

/** Sorted by type; what is not said anew stays as it was. `now`, in ISO 8601, is when those that change did. */
export function conditionsOf(observed: Observed, progress: Progress, now: string): Condition[] {
  const { function: of } = observed;
  const observedGeneration = of.metadata.generation;
  const reserved = reservedOf(observed);
  const kept: string[] = reserved === undefined ? [Ready, CodeReady] : [Ready, CodeReady, Reserved];
  const said = [...(reserved === undefined ? [] : [reserved]), ...progressOf(observed, progress)];
  const ours = said.reduce<Condition[]>(
    (conditions, next) => withCondition(conditions, { ...next, observedGeneration }, now),
    of.status.conditions.filter(({ type }) => kept.includes(type)),
  );
  return [...ours, ...shownOf(observed, progress)].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

/** None where nothing is to be reserved. */
function reservedOf({ reservation: { granted, problem } }: Observed): Said | undefined {
  if (problem !== undefined)
    return { type: Reserved, status: "False", reason: "UnreservedBelowMinimum", message: problem };
  if (granted === undefined) return undefined;
  const message = `${granted} of its invocations may run at once.`;
  return { type: Reserved, status: "True", reason: "Reserved", message };
}

function progressOf({ function: of, serving }: Observed, progress: Progress): Said[] {
  switch (progress.progress) {
    case "serving": {
      const message = `Revision ${progress.revision} serves $LATEST.`;
      return [codeReady(of), { type: Ready, status: "True", reason: "Serving", message }];
    }
    case "working": {
      if (isRetried(of, progress)) return [];
      const message = "The code is being fetched and checked.";
      return [{ type: Ready, status: "Unknown", reason: "Creating", message }];
    }
    case "failed": {
      const { reasonCode: reason, message } = progress.problem;
      const kept = serving === undefined ? "" : ` Revision ${serving.metadata.name} goes on serving.`;
      const ready: Said = { type: Ready, status: "False", reason, message: `${message}${kept}` };
      return progress.codeAtFault ? [{ type: CodeReady, status: "False", reason, message }, ready] : [ready];
    }
  }
}

function codeReady(of: FunctionObject): Said {
  const [reason, message] =
    sourceOf(of.spec.code)?.from === "image"
      ? ["ImageNamed", "The image's environments pull it."]
      : ["Stored", "The code was fetched, checked and stored."];
  return { type: CodeReady, status: "True", reason, message };
}

/** What the environments of the Revision that serves showed; one that begins to serve has shown nothing. */
function shownOf({ function: of, serving }: Observed, progress: Progress): Condition[] {
  if (serving === undefined) return [];
  if (progress.progress === "serving" && serving.metadata.name !== progress.revision) return [];
  // They were said of the Revision, whose generation is another count: kubectl wait takes a lower number for stale.
  const observedGeneration = of.metadata.generation;
  return [Invocable, Schedulable]
    .map((type) => conditionOf(serving.status.conditions, type))
    .filter((shown) => shown !== undefined)
    .map((shown) => ({ ...shown, observedGeneration }));
}
