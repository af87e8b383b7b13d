/** The kind EventSourceMapping, as the cluster is told of it. */
import { notServed } from "../fields/field.ts";
import type { Kind } from "../kind.ts";
import { eventSourceMappingColumns } from "./printer.ts";
import { eventSourceMappingRules } from "./rules.ts";
import { eventSourceMappingSpec, eventSourceMappingStatus } from "./schema.ts";

export const eventSourceMappingKind: Kind = {
  kind: "EventSourceMapping",
  plural: "eventsourcemappings",
  singular: "eventsourcemapping",
  shortNames: ["esm"],
  description: `Polls an event source and invokes a function with batches of its records. ${notServed} Nothing polls.`,
  spec: eventSourceMappingSpec,
  status: eventSourceMappingStatus,
  rules: eventSourceMappingRules.root,
  columns: eventSourceMappingColumns,
  selectableFields: [".spec.functionName", ".status.state"],
};
