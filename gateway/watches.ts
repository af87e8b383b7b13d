/** The kinds the gateway keeps a copy of. */
import { parseAlias } from "../crds/alias/schema.ts";
import { parseFunction } from "../crds/function/schema.ts";
import { components, labels } from "../crds/labels.ts";
import { parseRevision } from "../crds/revision/schema.ts";
import { resources } from "../kernel/kube/resources.ts";
import { createReflector, type ReflectorDeps } from "../kernel/reflector/reflector.ts";
import { parsePod } from "./catalog/pod.ts";
import { gatewaySelector, parseGatewayPod } from "./peers/addresses.ts";

export const environmentSelector = `${labels.component}=${components.environment}`;

export type Watches = ReturnType<typeof createWatches>;

/** How long ago the one was last heard of that has been silent longest: what a gateway knows is as old as the oldest part of it. */
export function stalestMs(watches: Watches): number {
  return Math.max(...Object.values(watches).map(({ staleMs }) => staleMs()));
}

export function createWatches(deps: ReflectorDeps, namespace: string) {
  return {
    functions: createReflector(deps, {
      resource: resources.functions,
      selection: {},
      parse: parseFunction,
      name: "functions",
    }),
    aliases: createReflector(deps, {
      resource: resources.aliases,
      selection: {},
      parse: parseAlias,
      name: "aliases",
    }),
    revisions: createReflector(deps, {
      resource: resources.revisions,
      selection: {},
      parse: parseRevision,
      name: "revisions",
    }),
    gateways: createReflector(deps, {
      resource: resources.pods,
      selection: { namespace, labelSelector: gatewaySelector },
      parse: parseGatewayPod,
      name: "gateways",
    }),
    pods: createReflector(deps, {
      resource: resources.pods,
      selection: { labelSelector: environmentSelector },
      parse: parsePod,
      name: "pods",
    }),
  };
}
