import { expect, test } from "vitest";
import { z } from "zod";
import { integer, list, object, text } from "../fields/field.ts";
import { patterns, sentences } from "../fields/pattern.ts";
import { structural } from "./structural.ts";
import { teach } from "./teach.ts";

const taught = (schema: z.ZodType) =>
  teach(
    structural(z.toJSONSchema(schema, { target: "openapi-3.0", io: "input" }) as Record<string, unknown>),
  );

test("a field's description ends with its default, wherever the field stands", () => {
  const size = integer("Its size.", 1, 9).default(3);
  const words = list("Words.", text("A word.", 5), 2).default(["a", "b"]);
  const inner = object("Inside.", { size }).default({ size: 3 });
  expect(taught(object("A thing.", { inner, words }))).toMatchObject({
    description: "A thing.",
    properties: {
      inner: { description: "Inside.", properties: { size: { description: "Its size. Default: 3." } } },
      words: { description: "Words. Default: a, b." },
    },
  });
});

test("a pattern that many fields have is refused with a sentence too", () => {
  expect(taught(text("Where.", 9, patterns.httpUrl))).toMatchObject({
    "x-kubernetes-validations": [
      {
        rule: `self.matches(r'${patterns.httpUrl.source}')`,
        message: expect.stringMatching(/^must be .*http/),
      },
    ],
  });
});

test("every sentence is one of a pattern there is, and stands in quotes that its pattern does not end", () => {
  const sources = new Set(Object.values(patterns).map((one) => (one instanceof RegExp ? one.source : one)));
  for (const source of sentences.keys()) {
    expect(sources).toContain(source);
    expect(source).not.toContain("'");
  }
});
