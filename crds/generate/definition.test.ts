/** What holds for every field of every kind. */
import { describe, expect, test } from "vitest";
import type { Rule } from "../fields/field.ts";
import { kinds } from "../kinds.ts";
import { definition } from "./definition.ts";
import { forbiddenKeywords, type JsonSchema } from "./structural.ts";
import { type Place, walk } from "./walk.ts";

interface Definition {
  spec: {
    versions: {
      schema: { openAPIV3Schema: JsonSchema };
      additionalPrinterColumns: { name: string; jsonPath: string }[];
      selectableFields: { jsonPath: string }[];
    }[];
  };
}

const versionOf = (kind: (typeof kinds)[number]) => {
  const [version] = (definition(kind) as unknown as Definition).spec.versions;
  if (version === undefined) throw new Error(`${kind.kind} has no version`);
  return version;
};
const placesOf = (kind: (typeof kinds)[number]) =>
  walk("", versionOf(kind).schema.openAPIV3Schema).filter(
    ({ path }) => !/^\.(metadata|apiVersion|kind)$/.test(path),
  );

describe.each(kinds)("$kind", (kind) => {
  const places = placesOf(kind);
  const failing = (wrong: (place: Place) => boolean) => places.filter(wrong).map(({ path }) => path);

  test("every field has a description that kubectl explain can show", () => {
    expect(places.length).toBeGreaterThan(10);
    expect(failing(({ schema }) => String(schema.description ?? "").length < 8)).toEqual([]);
  });

  test("every string, list, map and number is bounded", () => {
    expect(
      failing(({ schema }) => {
        if (schema.type === "string") return schema.maxLength === undefined && schema.enum === undefined;
        if (schema.type === "array") return schema.maxItems === undefined;
        if (schema.type === "object")
          return schema.properties === undefined && schema.maxProperties === undefined;
        if (schema.type === "boolean") return false;
        return schema.minimum === undefined || schema.maximum === undefined;
      }),
    ).toEqual([]);
  });

  test("no keyword is used that a structural schema may not have", () => {
    expect(failing(({ schema }) => forbiddenKeywords.some((keyword) => keyword in schema))).toEqual([]);
  });

  test("every rule says in a sentence what is wrong", () => {
    const rules = places.flatMap(({ schema }) => (schema["x-kubernetes-validations"] ?? []) as Rule[]);
    expect(
      rules.filter(({ message }) => message === undefined || message.length < 15 || message.length > 2048),
    ).toEqual([]);
  });

  test("columns and selectable fields are fields of the schema", () => {
    const version = versionOf(kind);
    const known = new Set(places.map(({ path }) => path));
    const named = [...version.additionalPrinterColumns, ...version.selectableFields]
      .map(({ jsonPath }) => jsonPath.replace(/\[\?\(.*\)\]/, "[]"))
      .filter((path) => path !== ".metadata.creationTimestamp");
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });
});
