/** Carries out one action of a plan, without a decision of its own. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { fieldManagers, finalizers } from "../../crds/labels.ts";
import { functionNameOf } from "../../crds/names.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import { CodeError } from "../code/error.ts";
import { sourceHash } from "../code/source.ts";
import type { Teller } from "../events/tell.ts";
import { publishedRevision } from "../version/publication.ts";
import { isTerminating, writeRecord } from "../version/record.ts";
import { type AcquireDeps, acquire } from "./acquire.ts";
import type { Action } from "./action.ts";
import type { CodeMemory, Outcome } from "./memory.ts";
import { memoryKey } from "./observe.ts";
import type { Observed } from "./observed.ts";
import { versionObject } from "./publish.ts";
import { revisionObject } from "./revision.ts";

export type PerformDeps = KubeDep & StoreDep & AcquireDeps & { memory: CodeMemory; teller: Teller };

export async function perform(deps: PerformDeps, observed: Observed, action: Action): Promise<void> {
  const of = observed.function;
  const { kube, memory } = deps;
  const { namespace, name, uid } = of.metadata;
  const key = { namespace, name };
  const ours = of.metadata.finalizers;
  switch (action.action) {
    case "addFinalizer":
      await kube.patch(resources.functions, key, finalizersPatch(of, [...ours, finalizers.function]));
      return;
    case "removeFinalizer":
      memory.forget(memoryKey(of));
      await kube.patch(
        resources.functions,
        key,
        finalizersPatch(
          of,
          ours.filter((one) => one !== finalizers.function),
        ),
      );
      return;
    case "acquireCode": {
      const outcome = await acquire(deps, of, action.source).then(
        (code): Outcome => ({ outcome: "known", code }),
        (error: unknown): Outcome => ({ outcome: "refused", problem: problemOf(error) }),
      );
      memory.remember(memoryKey(of), sourceHash(of), outcome);
      return;
    }
    case "writeRevision":
      await kube.apply(resources.revisions, revisionObject(of, action.desired), fieldManagers.operator);
      // The Revision remembers from here on.
      memory.forget(memoryKey(of));
      return;
    case "writeStatus": {
      const { apiVersion, kind } = of;
      const object = { apiVersion, kind, metadata: { name, namespace, uid }, status: action.status };
      await kube.applyStatus(resources.functions, object, fieldManagers.operator);
      return;
    }
    case "tell":
      await deps.teller.tell(of, action.story);
      return;
    case "recordLast": {
      const next = { ...observed.record, last: action.last };
      const isLeaving = of.metadata.deletionTimestamp !== undefined;
      await writeRecord(kube, namespace, functionNameOf(of), next).catch((error: unknown) => {
        if (!isLeaving || !isTerminating(error)) throw error;
      });
      return;
    }
    case "publishRevision": {
      const copied = revisionObject(of, action.desired);
      await kube.apply(
        resources.revisions,
        publishedRevision(copied, action.publication),
        fieldManagers.operator,
      );
      return;
    }
    case "createVersion":
      await kube.create(resources.versions, versionObject(of, action)).catch((error: unknown) => {
        // Made by an earlier try whose answer was lost.
        if (!isReason(error, "AlreadyExists")) throw error;
      });
      return;
    case "removeAlias":
      await kube.remove(resources.aliases, { namespace, name: action.name }, { uid: action.uid });
      return;
    case "removeVersion":
      await kube.remove(resources.versions, { namespace, name: action.name }, { uid: action.uid });
      return;
    case "removeRevision":
      await kube.remove(resources.revisions, { namespace, name: action.name }, { uid: action.uid });
      return;
  }
}

/** Lists are replaced whole by a merge patch: the resourceVersion makes sure nobody else's finalizer is lost. */
function finalizersPatch({ metadata }: FunctionObject, next: string[]) {
  return { metadata: { finalizers: next, resourceVersion: metadata.resourceVersion } };
}

/** Anything but a CodeError is no finding about the code: it goes up to the queue, which tries again. */
function problemOf(error: unknown) {
  if (!(error instanceof CodeError)) throw error;
  return { reasonCode: error.reasonCode, message: error.message, passing: error.passing };
}
