/** One Function, brought to where its spec says: observe, plan, perform, until the plan is empty. */
import { describe } from "../../kernel/log/log.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { type Action, plan } from "./plan.ts";

export type ReconcileDeps = ObserveDeps & PerformDeps & SettingsDep;

/** Finalizer, code, Revision, status: a plan that is not empty after this many rounds is a mistake of ours. */
export const roundsMax = 6;

/** After these the world is another and has to be looked at again at once. */
const moving: ReadonlySet<Action["action"]> = new Set(["addFinalizer", "acquireCode", "removeRevision"]);

export async function reconcile(deps: ReconcileDeps, key: string): Promise<Again> {
  const [namespace = "", name = ""] = key.split("/");
  for (let round = 0; round < roundsMax; round++) {
    const observed = await observe(deps, { namespace, name });
    if (observed === undefined) return { again: "never" };
    const { actions, again } = plan(observed, deps.settings);
    for (const action of actions) {
      try {
        await perform(deps, observed, action);
      } catch (error) {
        throw new Error(`${action.action} of Function ${key}: ${describe(error)}`, { cause: error });
      }
    }
    if (!actions.some(({ action }) => moving.has(action))) return again;
  }
  throw new Error(`Function ${key} is not settled after ${roundsMax} rounds`);
}
