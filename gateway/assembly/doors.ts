/** Where requests come in: function URLs and Lambda's API, in their bounds. */
import { limits } from "../../crds/limits.ts";
import { createApiHandler } from "../api/handle.ts";
import { createAside } from "../aside/aside.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { HttpHandler } from "../listener/http.ts";
import { listenerLimits } from "../listener/limits.ts";
import { createUrlHandler } from "../url/handle.ts";
import type { GatewayDeps, GatewayOptions } from "./deps.ts";

export async function openDoors(deps: GatewayDeps, options: GatewayOptions, catalog: Catalog, fleet: Fleet) {
  const aside = createAside(deps);
  const handling = { ...deps, catalog, aside, invoke: fleet.invoke };
  const { waitingBytesMax, waitingBytesMaxPerNamespace } = deps.settings.invoke;
  const bounds = {
    bodyBytesMax: limits.requestBytesMax,
    heldBytesMax: waitingBytesMax + listenerLimits.heldBytesMax,
    heldBytesMaxPerTenant: waitingBytesMaxPerNamespace + listenerLimits.heldBytesMaxPerNamespace,
  };
  const { host } = options;
  const listen = (port: number, handler: HttpHandler) => options.listen({ host, port, ...bounds }, handler);
  const publicListener = await listen(options.ports.public, createUrlHandler(handling));
  const apiListener = await listen(options.ports.api, createApiHandler(handling));
  return {
    ports: { public: publicListener.port, api: apiListener.port },
    /** Takes no new requests. */
    close: () => Promise.all([publicListener.close(), apiListener.close()]),
    /** Bodies are read and written aside until the last request has its answer. */
    endAside: () => aside[Symbol.asyncDispose](),
  };
}
