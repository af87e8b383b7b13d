/**
 * What to do about a Function, purely. A fixed point: once the actions are done and the world shows it, there are none. A new
 * Revision is made only when its code is stored and everything it refers to is there, so a broken update never takes the last
 * good one down.
 */

import { finalizers } from "../../crds/labels.ts";
import { findRuntime } from "../../crds/runtimes.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { sourceOf } from "../code/source.ts";
import { type Plan, statusActions } from "../plan.ts";
import { fullSentence, type LastVersion } from "../version/record.ts";
import type { Action } from "./action.ts";
import { type Layer, sizeProblem } from "./layers.ts";
import { networkProblem } from "./network.ts";
import type { Code, Observed } from "./observed.ts";
import type { Problem } from "./problem.ts";
import type { Progress } from "./progress.ts";
import { publish } from "./publish.ts";
import { desiredRevision } from "./revision.ts";
import { statusOf } from "./status.ts";
import { storyOf } from "./story.ts";

/** What hangs on a Function that goes is looked at this often until it is gone. */
const leavingMs = 1_000;
/** A problem that may mend by itself is looked at this often. */
export const passingMs = 15_000;

export function plan(observed: Observed, settings: Settings): Plan<Action> {
  const { metadata } = observed.function;
  if (metadata.deletionTimestamp !== undefined) return planDeletion(observed);
  if (!metadata.finalizers.includes(finalizers.function)) {
    return { actions: [{ action: "addFinalizer" }], again: { again: "round" } };
  }
  const { progress, before, after, published } = advance(observed, settings);
  const status = statusOf(observed, progress, published, settings);
  const write = statusActions(observed.function.status, status, () => storyOf(observed, status));
  return { actions: [...before, ...write, ...after], again: againAfter(progress, observed) };
}

interface Advance {
  progress: Progress;
  /** Done before the status that speaks of them. */
  before: Action[];
  after: Action[];
  /** The version number given with this. */
  published?: number;
}

function advance(observed: Observed, settings: Settings): Advance {
  const { function: of, elder, serving, codeKnowledge } = observed;
  const source = sourceOf(of.spec.code);
  if (elder !== undefined) return failed(duplicate(of.metadata.name, elder), false);
  if (source === undefined) return failed(noSource, true);

  if (codeKnowledge.state === "known") {
    if ("problem" in observed.layers)
      return failed(configurationProblem(observed, settings) ?? observed.layers.problem, false);
    const desired = desiredRevision(of, codeKnowledge.code, observed.layers.layers, settings);
    const code = desired.spec.code;
    const progress: Progress = {
      progress: "serving",
      revision: desired.name,
      ...(code === undefined ? {} : { codeSha256: code.codeSha256, codeSize: code.codeSize }),
    };
    const { actions, number } = publish(observed, desired);
    // A change that cannot be published is none.
    if (observed.record.isFull === true && number !== undefined) return failed(unpublishable, false);
    const published = number === undefined ? {} : { published: number };
    if (serving?.metadata.name === desired.name)
      return { progress, before: actions, after: [], ...published };
    const problem =
      configurationProblem(observed, settings) ?? oversize(codeKnowledge.code, observed.layers.layers);
    if (problem !== undefined) return failed(problem, false);
    return { progress, before: [{ action: "writeRevision", desired }, ...actions], after: [], ...published };
  }

  const problem = configurationProblem(observed, settings);
  if (problem !== undefined) return failed(problem, false);
  if (codeKnowledge.state === "refused") return failed(codeKnowledge.problem, true);
  return { progress: { progress: "working" }, before: [], after: [{ action: "acquireCode", source }] };
}

function failed(problem: Problem, codeAtFault: boolean): Advance {
  return { progress: { progress: "failed", problem, codeAtFault }, before: [], after: [] };
}

/** The first thing wrong beside the code; what needs the person comes before what may mend by itself. */
function configurationProblem(
  { function: { spec }, problems, layers }: Observed,
  settings: Settings,
): Problem | undefined {
  if (spec.runtime !== undefined) {
    const found = findRuntime(spec.runtime);
    if (found.kind === "refused")
      return { reasonCode: "InvalidRuntime", message: found.message, passing: false };
  }
  return networkProblem(spec, settings) ?? problems[0] ?? ("problem" in layers ? layers.problem : undefined);
}

const oversize = (code: Code, layers: readonly Layer[]): Problem | undefined =>
  code.packageType === "Image" ? undefined : sizeProblem(code.code.unpackedBytes ?? 0, layers);

const noSource: Problem = {
  reasonCode: "InvalidConfiguration",
  message: "spec.code names no source: give one of inline, zipFile, configMap, url, s3 and imageUri.",
  passing: false,
};

const unpublishable: Problem = { reasonCode: "InternalError", message: fullSentence, passing: true };

function duplicate(name: string, elder: string): Problem {
  return {
    reasonCode: "DuplicateFunctionName",
    message: `Function object ${elder} has the same function name and is older: delete one of ${elder} and ${name}, or give this one another spec.functionName.`,
    passing: false,
  };
}

function againAfter(progress: Progress, { reservation }: Observed): Again {
  // What others reserve or keep provisioned may become less.
  const soon =
    reservation.problem !== undefined || (progress.progress === "failed" && progress.problem.passing);
  return soon ? { again: "after", ms: passingMs } : { again: "round" };
}

/** What hangs on the function goes before it: its aliases first, for they hold its versions. */
function planDeletion({ function: of, elder, record, versions, remaining }: Observed): Plan<Action> {
  if (!of.metadata.finalizers.includes(finalizers.function))
    return { actions: [], again: { again: "never" } };
  // The number outlives the function, so that a later one of the same name never gives it again.
  const number = Math.max(of.status.latestVersion ?? 0, record.last.number);
  const last: LastVersion = { number, revision: undefined, isDeleted: false };
  const recordLast: Action = { action: "recordLast", last };
  const recorded = number > record.last.number ? [recordLast] : [];
  const soon: Again = { again: "after", ms: leavingMs };
  const { aliases, revisions } = remaining;
  if (aliases.length > 0) {
    const actions = aliases.map((one): Action => ({ action: "removeAlias", ...one }));
    return { actions: [...recorded, ...actions], again: soon };
  }
  if (versions.length > 0) {
    const going = versions.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const actions = going.map(
      ({ metadata: { name, uid } }): Action => ({ action: "removeVersion", name, uid }),
    );
    return { actions: [...recorded, ...actions], again: soon };
  }
  const actions = revisions.map((one): Action => ({ action: "removeRevision", ...one }));
  if (actions.length > 0) return { actions: [...recorded, ...actions], again: soon };
  // Of names that are gone little is to be remembered: not what ran. A name that an elder has is the elder's.
  const isLong = elder === undefined && record.last.revision !== undefined;
  return {
    actions: [...(isLong ? [recordLast] : recorded), { action: "removeFinalizer" }],
    again: { again: "never" },
  };
}
