/** Which Events a change of an Alias's status is worth, purely. */
import type { AliasObject, AliasStatus } from "../../crds/alias/schema.ts";
import { conditionOf, conditionTypes } from "../../crds/conditions.ts";
import { canonicalJson, type Json } from "../../crds/hash.ts";
import type { Story } from "../events/story.ts";
import type { Rollout } from "./rollout.ts";
import { sentenceOf } from "./status.ts";

export function storyOf({ spec, status: before }: AliasObject, now: AliasStatus): Story[] {
  const stories: Story[] = [];
  const isRouted = canonicalJson(sharesOf(before)) !== canonicalJson(sharesOf(now));
  const step = rolloutStory(spec.name, before.rollout, now);
  if (step !== undefined) stories.push(step);
  else if (isRouted && now.routes !== undefined) {
    const note = `Alias ${spec.name}: ${sentenceOf(now.routes)}`;
    stories.push({ type: "Normal", reason: "Routed", action: "Route", note });
  }
  const ready = conditionOf(now.conditions, conditionTypes.Ready);
  const was = conditionOf(before.conditions, conditionTypes.Ready);
  if (ready?.status === "False" && was?.message !== ready.message && step === undefined)
    stories.push({ type: "Warning", reason: ready.reason, action: "Route", note: ready.message });
  return stories;
}

/** One Event a step, with what was counted until then. */
function rolloutStory(name: string, before: Rollout | undefined, now: AliasStatus): Story | undefined {
  const { rollout, routes = [] } = now;
  if (rollout === undefined) return undefined;
  const isStep = before?.startTime === rollout.startTime;
  if (isStep && before.phase === rollout.phase && before.percent === rollout.percent) return undefined;
  const counted = rollout.message === undefined ? "" : ` ${rollout.message}`;
  const note = `Alias ${name}:${counted} ${sentenceOf(routes)}`;
  switch (rollout.phase) {
    case "Progressing":
      return { type: "Normal", reason: isStep ? "RolloutStep" : "RolloutStarted", action: "Rollout", note };
    case "Completed":
      return { type: "Normal", reason: "RolloutCompleted", action: "Rollout", note };
    case "RolledBack":
      return { type: "Warning", reason: "RolledBack", action: "Rollout", note };
  }
}

/** What $LATEST runs changes with every update of the function; that is its story, not the alias's. */
function sharesOf({ routes = [] }: AliasStatus): Json {
  return routes.map(({ functionVersion, weight }) => [functionVersion, weight]);
}
