import { expect, test } from "vitest";
import { annotations } from "../../crds/labels.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import { buildProvisionedPod, provisionedTemplate } from "./pod.ts";

const settings = (images: object = {}) => settingsSchema.parse({ images });
const trust = { ca: "PEM" };

test("a kept environment's pod says what it was built from: the same under every name, another after a mended value", () => {
  const marks = ["aaaaa", "bbbbb"].map(
    (random) =>
      buildProvisionedPod(aRevision(), random, settings(), trust).metadata.annotations?.[
        annotations.template
      ],
  );
  const template = provisionedTemplate(aRevision(), settings(), trust);
  expect(marks).toEqual([template, template]);
  for (const mended of [{ tag: "mended" }, { pullSecrets: ["mine"] }])
    expect(provisionedTemplate(aRevision(), settings(mended), trust)).not.toBe(template);
  expect(provisionedTemplate(aRevision(), settings(), { ca: "another" })).not.toBe(template);
});
