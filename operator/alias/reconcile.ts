/** One Alias, brought to where its spec says: observe, plan, perform. */
import { describe } from "../../kernel/log/log.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

export type ReconcileDeps = ObserveDeps & PerformDeps & SettingsDep;

export async function reconcile(deps: ReconcileDeps, key: string): Promise<Again> {
  const [namespace = "", name = ""] = key.split("/");
  const observed = await observe(deps, { namespace, name });
  if (observed === undefined) return { again: "never" };
  const { actions, again } = plan(observed, deps.settings);
  for (const action of actions) {
    try {
      await perform(deps, observed.alias, action);
    } catch (error) {
      throw new Error(`${action.action} of Alias ${key}: ${describe(error)}`, { cause: error });
    }
  }
  return again;
}
