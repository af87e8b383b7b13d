/** Every kind of ours, in the order a reader meets them, and where each is in the API. */
import { aliasKind } from "./alias/kind.ts";
import { eventSourceMappingKind } from "./eventsourcemapping/kind.ts";
import { functionKind } from "./function/kind.ts";
import { resourceOf } from "./kind.ts";
import { layerVersionKind } from "./layerversion/kind.ts";
import { revisionKind } from "./revision/kind.ts";
import { versionKind } from "./version/kind.ts";

export const kinds = [
  functionKind,
  versionKind,
  aliasKind,
  eventSourceMappingKind,
  layerVersionKind,
  revisionKind,
];

export const resources = {
  function: resourceOf(functionKind),
  version: resourceOf(versionKind),
  alias: resourceOf(aliasKind),
  eventSourceMapping: resourceOf(eventSourceMappingKind),
  layerVersion: resourceOf(layerVersionKind),
  revision: resourceOf(revisionKind),
};
