import { expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anImageRevision } from "../../kernel/testing/objects.ts";
import { buildCallable } from "../catalog/callable.ts";
import { buildAssignment } from "./assignment.ts";

test("what the pod of an image silenced goes to its program with the assignment", () => {
  const revision = anImageRevision();
  const { image } = revision.spec;
  if (image === undefined) throw new Error("no image");
  const variables = { LD_PRELOAD: "/usr/lib/libjemalloc.so.2" };
  const entryOf = (more: object) => {
    const spec = { ...revision.spec, image: { ...image, ...more } };
    const of = { ...revision, spec };
    const caps = { function: undefined, account: 1000 } as never;
    const settings = settingsSchema.parse({});
    return buildAssignment(
      buildCallable({ fn: aFunction({}), revision: of, poolShape: undefined, caps, settings }),
      false,
    ).entry;
  };
  expect(entryOf({ variables })).toMatchObject({ kind: "image", variables });
  expect(entryOf({})).not.toHaveProperty("variables");
});
