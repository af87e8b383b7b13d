/** Gathers what `plan` decides on: fresh from the API server where it matters, from the watches elsewhere. */
import { type FunctionObject, parseFunction } from "../../crds/function/schema.ts";
import { annotations, labels } from "../../crds/labels.ts";
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import { functionNameOf, labelValue } from "../../crds/names.ts";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import { parseVersion, type VersionObject } from "../../crds/version/schema.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { cacheKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { archiveObject } from "../../kernel/store/names.ts";
import type { StoreDep } from "../../kernel/store/store.ts";
import { sourceHash } from "../code/source.ts";
import type { Reservations } from "../concurrency/reservations.ts";
import type { Key } from "../controller.ts";
import { readLast } from "../version/last.ts";
import { readRecord } from "../version/record.ts";
import { resolveLayers } from "./layers.ts";
import type { CodeMemory } from "./memory.ts";
import { elderOf } from "./named.ts";
import type { CodeKnowledge, Observed, Remaining } from "./observed.ts";
import { problemsOf } from "./references.ts";

export type ObserveDeps = KubeDep &
  StoreDep &
  ClockDep &
  SettingsDep & {
    memory: CodeMemory;
    reservations: Pick<Reservations, "decide" | "forget">;
    /** All Functions known from the watch, for names given twice. */
    functions: { list(): FunctionObject[] };
    /** All LayerVersions known from the watch. */
    layerVersions: { list(): LayerVersionObject[] };
  };

/** Undefined when the Function is gone. */
export async function observe(deps: ObserveDeps, key: Key): Promise<Observed | undefined> {
  const raw = await deps.kube.get(resources.functions, key);
  if (raw === undefined) {
    // Also one that went between an earlier look and its grant, after the watch had told of its end.
    deps.reservations.forget(cacheKey(key));
    return undefined;
  }
  const of = parseFunction(raw);
  const isLeaving = of.metadata.deletionTimestamp !== undefined;
  const functionName = functionNameOf(of);
  const elder = elderOf(of, deps.functions.list());
  const common = {
    function: of,
    elder,
    record:
      of.spec.publish && !isLeaving
        ? await readLast(deps.kube, key.namespace, functionName, of)
        : await readRecord(deps.kube, key.namespace, functionName),
    // The name's reservation is the elder's; one that leaves keeps what it has until it is gone, and is given no more.
    reservation: elder === undefined && !isLeaving ? deps.reservations.decide(of) : { granted: undefined },
    nowMs: deps.clock.nowMs(),
  };
  if (isLeaving) {
    return {
      ...common,
      serving: undefined,
      codeKnowledge: { state: "unknown" },
      problems: [],
      layers: { layers: [] },
      // Versions and aliases are the name's, which another Function has.
      versions: elder === undefined ? await versionsOf(deps, of) : [],
      remaining: {
        revisions: await remainingRevisions(deps, of),
        aliases: elder === undefined ? await remainingAliases(deps, of) : [],
      },
    };
  }
  const serving = await servingRevision(deps, of);
  const known = deps.layerVersions.list().filter((one) => one.metadata.namespace === key.namespace);
  return {
    ...common,
    layers: resolveLayers({ function: of, serving, known }, deps.settings),
    serving,
    codeKnowledge: await knowledge(deps, of, serving),
    problems: await problemsOf(deps.kube, of),
    versions: of.spec.publish ? await versionsOf(deps, of) : [],
    remaining: { revisions: [], aliases: [] },
  };
}

async function servingRevision({ kube }: KubeDep, of: FunctionObject): Promise<RevisionObject | undefined> {
  const { revision: name } = of.status;
  if (name === undefined) return undefined;
  const raw = await kube.get(resources.revisions, { namespace: of.metadata.namespace, name });
  if (raw === undefined || raw.metadata.deletionTimestamp !== undefined) return undefined;
  const revision = parseRevision(raw);
  return revision.spec.functionUid === of.metadata.uid ? revision : undefined;
}

/** The serving Revision remembers its source across restarts; a lost archive makes the code unknown again. */
async function knowledge(
  deps: ObserveDeps,
  of: FunctionObject,
  serving: RevisionObject | undefined,
): Promise<CodeKnowledge> {
  const hash = sourceHash(of);
  if (serving?.metadata.annotations[annotations.codeSource] === hash) {
    const { code, image } = serving.spec;
    if (image !== undefined) return { state: "known", code: { packageType: "Image", image } };
    if (code !== undefined && (await deps.store.has(archiveObject(code.archiveSha256)))) {
      return { state: "known", code: { packageType: "Zip", code } };
    }
  }
  const outcome = deps.memory.recall(memoryKey(of), hash);
  if (outcome === undefined) return { state: "unknown" };
  return outcome.outcome === "known"
    ? { state: "known", code: outcome.code }
    : { state: "refused", problem: outcome.problem };
}

/** A Function deleted and made again is another one. */
export function memoryKey({ metadata }: FunctionObject): string {
  return `${metadata.namespace}/${metadata.name}/${metadata.uid}`;
}

async function remainingRevisions({ kube }: KubeDep, of: FunctionObject): Promise<Remaining[]> {
  const labelSelector = `${labels.function}=${labelValue(functionNameOf(of))}`;
  const page = await kube.list(resources.revisions, { namespace: of.metadata.namespace, labelSelector });
  return page.items
    .filter((one) => one.metadata.ownerReferences?.some((owner) => owner.uid === of.metadata.uid))
    .map(({ metadata }) => ({ name: metadata.name, uid: metadata.uid ?? "" }));
}

async function versionsOf({ kube }: KubeDep, of: FunctionObject): Promise<VersionObject[]> {
  return (await kube.list(resources.versions, ofFunction(of))).items.map(parseVersion);
}

async function remainingAliases({ kube }: KubeDep, of: FunctionObject): Promise<Remaining[]> {
  const { items } = await kube.list(resources.aliases, ofFunction(of));
  return items.map(({ metadata }) => ({ name: metadata.name, uid: metadata.uid ?? "" }));
}

function ofFunction(of: FunctionObject) {
  const { namespace } = of.metadata;
  return { namespace, fieldSelector: `spec.functionName=${functionNameOf(of)}` };
}
