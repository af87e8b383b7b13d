/** Carries out one action of a plan, without a decision of its own. */
import { fieldManagers } from "../../crds/labels.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Teller } from "../events/tell.ts";
import type { AliasObserved } from "./observed.ts";
import type { Action } from "./plan.ts";

export type PerformDeps = KubeDep & { teller: Teller };

export async function perform(deps: PerformDeps, { alias }: AliasObserved, action: Action): Promise<void> {
  const { apiVersion, kind, metadata } = alias;
  const { namespace, name, uid } = metadata;
  switch (action.action) {
    case "clearTraffic":
      await deps.kube.patch(resources.aliases, { namespace, name }, { status: { traffic: null } }, "status");
      return;
    case "writeStatus": {
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status: action.status };
      await deps.kube.applyStatus(resources.aliases, object, fieldManagers.operator);
      return;
    }
    case "tell":
      await deps.teller.tell(alias, action.story);
      return;
  }
}
