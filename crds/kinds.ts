/** Every kind of ours, in the order a reader meets them. */
import { aliasKind } from "./alias/kind.ts";
import { eventSourceMappingKind } from "./eventsourcemapping/kind.ts";
import { functionKind } from "./function/kind.ts";
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
