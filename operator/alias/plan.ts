/** What to do about an Alias, purely. A fixed point: once its status says where invocations go, there is nothing left to do. */
import type { AliasStatus } from "../../crds/alias/schema.ts";
import { canonicalJson, type Json } from "../../crds/hash.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Story } from "../events/story.ts";
import type { AliasObserved } from "./observed.ts";
import { wantedRoutes } from "./route.ts";
import { statusOf } from "./status.ts";
import { storyOf } from "./story.ts";

export type Action = { action: "writeStatus"; status: AliasStatus } | { action: "tell"; story: Story };

export interface Plan {
  actions: Action[];
  again: Again;
}

export function plan(observed: AliasObserved, settings: Settings): Plan {
  const { alias } = observed;
  if (alias.metadata.deletionTimestamp !== undefined) return { actions: [], again: { again: "never" } };
  const status = statusOf(observed, wantedRoutes(observed), settings);
  if (canonicalJson(alias.status as Json) === canonicalJson(status as Json))
    return { actions: [], again: { again: "round" } };
  const stories = storyOf(alias, status).map((story): Action => ({ action: "tell", story }));
  return { actions: [{ action: "writeStatus", status }, ...stories], again: { again: "round" } };
}
