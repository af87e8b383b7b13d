import { expect, test } from "vitest";
import { z } from "zod";
import { integer, list, map, object, text } from "../fields/field.ts";
import { structural } from "./structural.ts";

const schemaOf = (schema: z.ZodType) =>
  structural(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input" }) as Record<string, unknown>);

test("a field's bounds, default, pattern and rules arrive in the definition", () => {
  const schema = object(
    "A thing.",
    { size: integer("Its size.", 1, 9).default(3), name: text("Its name.", 5, /^a+$/) },
    [{ rule: "self.size > 1", message: "too small" }],
  );
  expect(schemaOf(schema)).toEqual({
    type: "object",
    description: "A thing.",
    properties: {
      size: {
        type: "integer",
        format: "int64",
        description: "Its size.",
        minimum: 1,
        maximum: 9,
        default: 3,
      },
      name: { type: "string", description: "Its name.", maxLength: 5, pattern: "^a+$" },
    },
    required: ["name"],
    "x-kubernetes-validations": [{ rule: "self.size > 1", message: "too small" }],
  });
});

test("maps lose propertyNames and keep their bound", () => {
  expect(schemaOf(map("Words.", text("A word.", 5), 2))).toEqual({
    type: "object",
    description: "Words.",
    maxProperties: 2,
    additionalProperties: { type: "string", description: "A word.", maxLength: 5 },
  });
});

test("a union is refused where it is written, not by a user's API server", () => {
  expect(() => schemaOf(list("Either.", z.union([z.string(), z.int()]), 3))).toThrow(/cannot say "anyOf"/);
});

test("a field of any type is refused", () => {
  expect(() => schemaOf(z.object({ anything: z.unknown() }))).toThrow(/needs a type/);
});
