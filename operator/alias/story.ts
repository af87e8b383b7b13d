/** Which Events a change of an Alias's status is worth, purely. */
import type { AliasObject, AliasStatus } from "../../crds/alias/schema.ts";
import { conditionOf, conditionTypes } from "../../crds/conditions.ts";
import { canonicalJson, type Json } from "../../crds/hash.ts";
import type { Story } from "../events/story.ts";
import { sentenceOf } from "./status.ts";

export function storyOf({ spec, status: before }: AliasObject, now: AliasStatus): Story[] {
  const stories: Story[] = [];
  const isRouted = canonicalJson(sharesOf(before)) !== canonicalJson(sharesOf(now));
  if (isRouted && now.routes !== undefined) {
    const note = `Alias ${spec.name}: ${sentenceOf(now.routes)}`;
    stories.push({ type: "Normal", reason: "Routed", action: "Route", note });
  }
  const ready = conditionOf(now.conditions, conditionTypes.Ready);
  const was = conditionOf(before.conditions, conditionTypes.Ready);
  if (ready?.status === "False" && was?.message !== ready.message)
    stories.push({ type: "Warning", reason: ready.reason, action: "Route", note: ready.message });
  return stories;
}

/** What $LATEST runs changes with every update of the function; that is its story, not the alias's. */
function sharesOf({ routes = [] }: AliasStatus): Json {
  return routes.map(({ functionVersion, weight }) => [functionVersion, weight]);
}
