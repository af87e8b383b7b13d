/** Carries out one action of a plan, without a decision of its own. */
import { fieldManagers, finalizers } from "../../crds/labels.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { Teller } from "../events/tell.ts";
import type { VersionObserved } from "./observed.ts";
import type { Action } from "./plan.ts";
import { publishedRevision } from "./publication.ts";
import { isTerminating, writeRecord } from "./record.ts";

export type PerformDeps = KubeDep & { teller: Teller };

export async function perform(deps: PerformDeps, observed: VersionObserved, action: Action): Promise<void> {
  const { kube, teller } = deps;
  const { version, serving, record } = observed;
  const { namespace, name, uid, finalizers: present, resourceVersion } = version.metadata;
  /** Lists are replaced whole by a merge patch: the resourceVersion makes sure nobody else's finalizer is lost. */
  const patchFinalizers = (next: string[]) =>
    kube.patch(resources.versions, { namespace, name }, { metadata: { finalizers: next, resourceVersion } });
  switch (action.action) {
    case "addFinalizer":
      await patchFinalizers([...present, finalizers.version]);
      return;
    case "removeFinalizer":
      await patchFinalizers(present.filter((one) => one !== finalizers.version));
      return;
    case "recordLast": {
      const next = { ...record, last: action.last };
      const isLeaving = version.metadata.deletionTimestamp !== undefined;
      await writeRecord(kube, namespace, version.spec.functionName, next).catch((error: unknown) => {
        if (!isLeaving || !isTerminating(error)) throw error;
      });
      return;
    }
    case "writeRevision":
      if (serving === undefined) throw new Error("there is no Revision to copy");
      await kube.apply(
        resources.revisions,
        publishedRevision(serving, action.publication),
        fieldManagers.operator,
      );
      return;
    case "writeStatus": {
      const { apiVersion, kind } = version;
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status: action.status };
      await kube.applyStatus(resources.versions, object, fieldManagers.operator);
      return;
    }
    case "tell":
      await teller.tell(version, action.story);
      return;
    case "removeRevision":
      await kube.remove(resources.revisions, { namespace, name: action.name }, { uid: action.uid });
      return;
  }
}
