/** One LayerVersion, brought to where its spec says: observe, plan, perform, until the plan is empty. */
import { describe } from "../../kernel/log/log.ts";
import type { Again } from "../../kernel/queue/queue.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { memoryKey, type ObserveDeps, observe } from "./observe.ts";
import { type PerformDeps, perform } from "./perform.ts";
import { plan } from "./plan.ts";

export type ReconcileDeps = ObserveDeps & PerformDeps & SettingsDep;

/** Content, then the number: a plan that still fetches after this many rounds is a mistake of ours. */
export const roundsMax = 3;

export async function reconcile(deps: ReconcileDeps, key: string): Promise<Again> {
  const [namespace = "", name = ""] = key.split("/");
  for (let round = 0; round < roundsMax; round++) {
    const observed = await observe(deps, { namespace, name });
    if (observed === undefined) {
      deps.memory.forget(memoryKey({ namespace, name }));
      return { again: "never" };
    }
    const { actions, again } = plan(observed, deps.settings);
    for (const action of actions) {
      try {
        await perform(deps, observed, action);
      } catch (error) {
        throw new Error(`${action.action} of LayerVersion ${key}: ${describe(error)}`, { cause: error });
      }
    }
    if (!actions.some(({ action }) => action === "acquireContent")) return again;
  }
  throw new Error(`LayerVersion ${key} is not settled after ${roundsMax} rounds`);
}
