/** What to do about an Alias, purely. A fixed point: once its status says where invocations go, there is nothing left to do. */

import type { AliasStatus } from "../../crds/alias/schema.ts";
import { type Again, againAt } from "../../kernel/queue/queue.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { type Plan, type StatusAction, statusActions } from "../plan.ts";
import { provisionedStories } from "../provisioned/story.ts";
import type { AliasObserved } from "./observed.ts";
import { type Routed, roll } from "./rollout.ts";
import { wantedRoutes } from "./route.ts";
import { statusOf } from "./status.ts";
import { storyOf } from "./story.ts";

export type Action =
  /** What gateways that are gone counted for rollouts that are over. */
  { action: "clearTraffic" } | StatusAction<AliasStatus>;

export function plan(observed: AliasObserved, settings: Settings): Plan<Action> {
  const { alias } = observed;
  if (alias.metadata.deletionTimestamp !== undefined) return { actions: [], again: { again: "never" } };
  const routed = roll(observed, wantedRoutes(observed));
  const status = statusOf(observed, routed, settings);
  const again = againAfter(routed, observed);
  // What gateways count is theirs to write.
  const { traffic, ...before } = alias.status;
  const isBegun = status.rollout !== undefined && status.rollout.startTime !== before.rollout?.startTime;
  const clear: Action[] = isBegun && traffic !== undefined ? [{ action: "clearTraffic" }] : [];
  const stories = () => [...storyOf(alias, status), ...provisionedStories(before, status)];
  const written = statusActions(before, status, stories);
  return { actions: written.length === 0 ? [] : [...clear, ...written], again };
}

function againAfter(routed: Routed, { scalingDueAtMs, nowMs }: AliasObserved): Again {
  const rolls = routed.kind === "routed" ? routed.dueAtMs : undefined;
  return againAt(
    Math.min(rolls ?? Number.POSITIVE_INFINITY, scalingDueAtMs ?? Number.POSITIVE_INFINITY),
    nowMs,
  );
}
