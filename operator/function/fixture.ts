/** A Function and its world for tests of the plan, and what becomes of that world when the plan is carried out. */
import type { FunctionStatus } from "../../crds/function/status.ts";
import { annotations, finalizers } from "../../crds/labels.ts";
import { parseRevision } from "../../crds/revision/schema.ts";
import { parseVersion } from "../../crds/version/schema.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, aRevision } from "../../kernel/testing/objects.ts";
import { sourceHash } from "../code/source.ts";
import { noVersion } from "../version/record.ts";
import type { Action } from "./action.ts";
import type { Code, Observed } from "./observed.ts";
import { plan } from "./plan.ts";
import type { Problem } from "./problem.ts";
import { versionObject } from "./publish.ts";
import { revisionObject } from "./revision.ts";

export const settings = settingsSchema.parse({});
export const finalized = { finalizers: [finalizers.function] };
export const code: Code = { packageType: "Zip", code: aRevision().spec.code ?? never() };
export const problem: Problem = {
  reasonCode: "RoleNotFound",
  message: "The role r does not exist.",
  passing: true,
};
export const badCode: Problem = { reasonCode: "InvalidZipFileException", message: "No zip.", passing: false };

export function never(): never {
  throw new Error("the builder makes zip Revisions");
}

export function observed(over: Partial<Observed> = {}): Observed {
  return {
    function: aFunction({}, finalized),
    elder: undefined,
    serving: undefined,
    codeKnowledge: { state: "unknown" },
    problems: [],
    layers: { layers: [] },
    reservation: { granted: undefined },
    record: { last: noVersion, resourceVersion: undefined },
    versions: [],
    remaining: { revisions: [], aliases: [] },
    nowMs: Date.UTC(2026, 0, 1),
    ...over,
  };
}

export const actionsOf = (of: Observed) => plan(of, settings).actions;
export const verbs = (of: Observed) => actionsOf(of).map((one) => one.action);
export const statusWritten = (actions: Action[]): FunctionStatus | undefined =>
  actions.flatMap((one) => (one.action === "writeStatus" ? [one.status] : []))[0];
export const told = (actions: Action[]) =>
  actions.flatMap((one) => (one.action === "tell" ? [one.story.reason] : []));

/** The world after the actions; fetching succeeds with the code given. */
export function carriedOut(of: Observed, actions: Action[], fetched: Observed["codeKnowledge"]): Observed {
  let next = of;
  for (const action of actions) {
    switch (action.action) {
      case "addFinalizer":
        next = {
          ...next,
          function: { ...next.function, metadata: { ...next.function.metadata, ...finalized } },
        };
        break;
      case "acquireCode":
        next = { ...next, codeKnowledge: fetched };
        break;
      case "writeRevision": {
        const raw = revisionObject(next.function, action.desired);
        const serving = parseRevision({ ...raw, metadata: { ...raw.metadata, uid: "r" } });
        next = { ...next, serving };
        break;
      }
      case "writeStatus":
        next = { ...next, function: { ...next.function, status: action.status } };
        break;
      case "removeRevision":
        next = {
          ...next,
          remaining: { ...next.remaining, revisions: without(next.remaining.revisions, action) },
        };
        break;
      case "removeAlias":
        next = {
          ...next,
          remaining: { ...next.remaining, aliases: without(next.remaining.aliases, action) },
        };
        break;
      case "removeVersion":
        next = { ...next, versions: next.versions.filter(({ metadata }) => metadata.uid !== action.uid) };
        break;
      case "recordLast":
        next = { ...next, record: { ...next.record, last: action.last } };
        break;
      case "createVersion": {
        const raw = versionObject(next.function, action);
        const uid = `uid of ${action.name}`;
        next = {
          ...next,
          versions: [...next.versions, parseVersion({ ...raw, metadata: { ...raw.metadata, uid } })],
        };
        break;
      }
      case "publishRevision":
      case "tell":
      case "removeFinalizer":
        break;
    }
  }
  return next;
}

function without<T extends { uid: string }>(all: readonly T[], { uid }: { uid: string }): T[] {
  return all.filter((one) => one.uid !== uid);
}

/** Plans and carries out until nothing is left to do; throws when it never comes to rest. */
export function settled(
  start: Observed,
  fetched: Observed["codeKnowledge"] = { state: "known", code },
): Observed {
  let world = start;
  for (let round = 0; round < 8; round++) {
    const actions = actionsOf(world);
    if (actions.length === 0) return world;
    world = carriedOut(world, actions, fetched);
  }
  throw new Error(`not settled: ${verbs(world).join(", ")}`);
}

/** The same Function with another spec, one generation on. */
export function updated(world: Observed, spec: Record<string, unknown>): Observed {
  const { metadata, status } = world.function;
  const next = aFunction(spec, { ...metadata, generation: metadata.generation + 1 }, status);
  const known = world.serving?.metadata.annotations[annotations.codeSource] === sourceHash(next);
  return { ...world, function: next, codeKnowledge: known ? { state: "known", code } : { state: "unknown" } };
}
