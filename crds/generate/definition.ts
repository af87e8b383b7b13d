/** A kind → its CustomResourceDefinition, as plain JSON. */
import { z } from "zod";
import { apiGroup, apiVersionName } from "../fields/metadata.ts";
import type { Kind } from "../kind.ts";
import { type JsonSchema, structural } from "./structural.ts";
import { teach } from "./teach.ts";

export function definition(kind: Kind): JsonSchema {
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${kind.plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      scope: "Namespaced",
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.singular,
        ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
        categories: ["kambda"],
      },
      versions: [
        {
          name: apiVersionName,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns,
          selectableFields: kind.selectableFields.map((jsonPath) => ({ jsonPath })),
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

function objectSchema(kind: Kind): JsonSchema {
  return {
    type: "object",
    description: kind.description,
    required: ["spec"],
    properties: {
      apiVersion: { type: "string", description: "The version of this schema." },
      kind: { type: "string", description: "The kind of this object." },
      metadata: { type: "object" },
      spec: fieldSchema(kind.spec),
      status: fieldSchema(kind.status),
    },
    ...(kind.rules.length === 0 ? {} : { "x-kubernetes-validations": kind.rules }),
  };
}

function fieldSchema(schema: z.ZodType): JsonSchema {
  const json = z.toJSONSchema(schema, { target: "openapi-3.0", io: "input", reused: "inline" });
  return teach(structural(json as JsonSchema));
}
