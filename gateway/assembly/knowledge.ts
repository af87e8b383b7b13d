/** What the gateway knows of the cluster: copies kept up by watches, and the catalog made of them. */
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { poolable, shapeOf } from "../../kernel/pod/shape.ts";
import { createCatalog } from "../catalog/catalog.ts";
import { createKept } from "../catalog/kept.ts";
import { createPodWaiting } from "../catalog/waiting.ts";
import { createWatches } from "../watches.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";

export type Knowledge = ReturnType<typeof createKnowledge>;

export function createKnowledge(deps: GatewayDeps, { namespace }: Pick<GatewayOptions, "namespace">) {
  const { settings } = deps;
  const poolShapeOf = ({ spec, metadata }: RevisionObject) =>
    poolable(spec, settings) ? shapeOf(spec, settings, metadata.namespace).hash : undefined;
  const catalog = createCatalog(deps, { settings, poolShapeOf });
  const kept = createKept(catalog.keptChanged);
  const watches = createWatches(deps, namespace);
  const podWaiting = createPodWaiting(deps, watches.pods.get);
  watches.functions.onChange(catalog.functionChanged);
  watches.revisions.onChange(catalog.revisionChanged);
  watches.aliases.onChange(catalog.aliasChanged);
  watches.pods.onChange((key, now) => {
    if (now !== undefined) podWaiting.arrived(now);
    kept.podChanged(key, now);
  });
  return { catalog, kept, watches, podWaiting };
}
