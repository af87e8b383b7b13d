/** What a kind is made of: its names, its schema, its rules and its columns. Each kind's folder gives one, in `kind.ts`. */
import type { z } from "zod";
import type { Rule } from "./fields/field.ts";

/** A column of `kubectl get`. `priority: 1` shows it with `-o wide` only. */
export interface Column {
  name: string;
  type: "string" | "integer" | "number" | "boolean" | "date";
  jsonPath: string;
  description: string;
  priority?: 0 | 1;
}

export interface Kind {
  kind: string;
  plural: string;
  singular: string;
  shortNames: string[];
  /** What `kubectl explain` says first. */
  description: string;
  spec: z.ZodType;
  status: z.ZodType;
  /** Rules that read the whole object, `metadata.name` included. */
  rules: Rule[];
  columns: Column[];
  /** Fields `--field-selector` knows. */
  selectableFields: string[];
}

export const age: Column = {
  name: "Age",
  type: "date",
  jsonPath: ".metadata.creationTimestamp",
  description: "When the object was made.",
};

export function column(
  name: string,
  jsonPath: string,
  description: string,
  more: Partial<Pick<Column, "type" | "priority">> = {},
): Column {
  return { name, type: "string", jsonPath, description, ...more };
}

export function condition(type: string, field: "status" | "reason" | "message"): string {
  return `.status.conditions[?(@.type=="${type}")].${field}`;
}
