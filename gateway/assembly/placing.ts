/** The fleet with its hands on Kubernetes, on pods and on the other gateways, and its ears at the watches. */
import { createAnew } from "../catalog/anew.ts";
import { createFleet, type Fleet } from "../fleet/fleet.ts";
import type { FleetObserver } from "../fleet/observer.ts";
import { isGone } from "../peers/known.ts";
import type { Peers } from "../peers/peers.ts";
import { createDesk } from "../shard/desk.ts";
import { shardOf } from "../shard/hash.ts";
import { environmentSelector } from "../watches.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Starting } from "./starting.ts";

export interface PlacingParts {
  knowledge: Knowledge;
  starting: Starting;
  observer: FleetObserver;
  peers(): Peers;
}

export function createPlacing(
  deps: GatewayDeps,
  { namespace, gatewayId }: Pick<GatewayOptions, "namespace" | "gatewayId">,
  { knowledge, starting, observer, peers }: PlacingParts,
): Fleet {
  const { catalog, watches } = knowledge;
  const { shards } = deps.settings.gateway;
  const deskOptions = {
    namespace,
    shards,
    labelSelector: environmentSelector,
    isGone: (holder: string) => isGone(holder, gatewayId, watches.gateways.list()),
    functionKeyOf(revisionKey: string) {
      const revision = catalog.revision(revisionKey);
      return revision && `${revision.metadata.namespace}/${revision.spec.functionName}`;
    },
    ...createAnew(catalog),
  };
  const fleet = createFleet({
    ...deps,
    catalog,
    code: starting.code,
    self: gatewayId,
    observer,
    hands: {
      desk: createDesk(deps, deskOptions, (shard, event) => fleet.happen(shard, event)),
      peers: {
        toPlacer: (shard, peer, message) => peers().toPlacer(shard, peer, message),
        toClient: (shard, peer, message) => peers().toClient(shard, peer, message),
      },
      create: starting.create,
      claimStart: starting.creator.claimStart,
      adopt: starting.adopter.adopt,
      dismissed: starting.dismisser.dismissed,
    },
  });
  catalog.onRoutes((of, alias, routes) => {
    fleet.happen(shardOf(of, shards), { type: "routed", alias, routes });
  });
  catalog.onServing(fleet.serving);
  watches.pods.onChange((_, now, before) => {
    if (before !== undefined && before.uid !== now?.uid) fleet.podChanged(before, true);
    if (now !== undefined) fleet.podChanged(now, false);
  });
  return fleet;
}
