/** What the operator watches: the kinds people write, Revisions and environment pods, each parsed at the border. */
import { z } from "zod";
import { type AliasObject, parseAlias } from "../crds/alias/schema.ts";
import { type FunctionObject, parseFunction } from "../crds/function/schema.ts";
import { components, labels } from "../crds/labels.ts";
import { type LayerVersionObject, parseLayerVersion } from "../crds/layerversion/schema.ts";
import { parseRevision, type RevisionObject } from "../crds/revision/schema.ts";
import { parseVersion, type VersionObject } from "../crds/version/schema.ts";
import { resources } from "../kernel/kube/resources.ts";
import type { Trust } from "../kernel/pod/frame.ts";
import { createReflector, type Reflector, type ReflectorDeps } from "../kernel/reflector/reflector.ts";
import { trustNames } from "../kernel/trust/names.ts";
import { type PodView, podSchema } from "./pod/view.ts";

export interface Watches {
  functions: Reflector<FunctionObject>;
  versions: Reflector<VersionObject>;
  aliases: Reflector<AliasObject>;
  layerVersions: Reflector<LayerVersionObject>;
  revisions: Reflector<RevisionObject>;
  pods: Reflector<PodView>;
  /** Our own namespace's ConfigMap `kambda-trust`: none until a gateway made the link's keys. */
  trust: Reflector<Trust>;
}

export function createWatches(deps: ReflectorDeps, ownNamespace: string): Watches {
  return {
    functions: createReflector(deps, {
      resource: resources.functions,
      selection: {},
      parse: parseFunction,
      name: "functions",
    }),
    versions: createReflector(deps, {
      resource: resources.versions,
      selection: {},
      parse: parseVersion,
      name: "versions",
    }),
    aliases: createReflector(deps, {
      resource: resources.aliases,
      selection: {},
      parse: parseAlias,
      name: "aliases",
    }),
    layerVersions: createReflector(deps, {
      resource: resources.layerVersions,
      selection: {},
      parse: parseLayerVersion,
      name: "layerversions",
    }),
    revisions: createReflector(deps, {
      resource: resources.revisions,
      selection: {},
      parse: parseRevision,
      name: "revisions",
    }),
    pods: createReflector(deps, {
      resource: resources.pods,
      selection: { labelSelector: `${labels.component}=${components.environment}` },
      parse: (raw) => podSchema.parse(raw),
      name: "pods",
    }),
    trust: createReflector(deps, {
      resource: resources.configMaps,
      selection: { namespace: ownNamespace, fieldSelector: `metadata.name=${trustNames.configMap}` },
      parse: (raw) => ({ ca: trustSchema.parse(raw).data[trustNames.caKey] }),
      name: "trust",
    }),
  };
}

const trustSchema = z.object({ data: z.object({ [trustNames.caKey]: z.string().min(1) }) });
