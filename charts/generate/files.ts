/** The files of the chart that are made from the contract: its copy of the CRDs, what the policies guard, the settings' schema, the dashboard. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { dashboard } from "./dashboard/dashboard.ts";
import { findReferences, type References, type Schema } from "./references.ts";

const root = path.resolve(import.meta.dirname, "../..");
export const chart = path.join(root, "charts/kambda");
const crds = path.join(root, "crds/yaml");

/** Settings that the chart fills in from other values, so that there is one place to say each. */
const decidedElsewhere = ["images", "link"];

const crdSchema = z.object({
  spec: z.object({
    names: z.object({ plural: z.string() }),
    versions: z
      .array(
        z.object({
          schema: z.object({ openAPIV3Schema: z.object({ properties: z.object({ spec: z.unknown() }) }) }),
        }),
      )
      .min(1),
  }),
});

/** Contents by their path in the chart. */
export function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  const references: Record<string, References> = {};
  for (const name of readdirSync(crds).sort()) {
    const text = readFileSync(path.join(crds, name), "utf8");
    files.set(`files/crds/${name}`, text);
    const { spec } = crdSchema.parse(parse(text));
    // Revisions are the operator's own; a policy of theirs says so.
    if (spec.names.plural !== "revisions") {
      references[spec.names.plural] = findReferences(
        spec.versions[0]?.schema.openAPIV3Schema.properties.spec as Schema,
      );
    }
  }
  files.set(
    "files/references.yaml",
    `# Generated from the CRDs: where specs name objects that carry power.\n${stringify(references)}`,
  );
  files.set("dashboards/kambda.json", `${JSON.stringify(dashboard(), null, 2)}\n`);
  files.set("values.schema.json", `${JSON.stringify(valuesSchema(), null, 2)}\n`);
  return files;
}

/** The schema as it stands, with the settings' part made anew. */
function valuesSchema(): unknown {
  const schema = z
    .looseObject({ properties: z.looseObject({}) })
    .parse(JSON.parse(readFileSync(path.join(chart, "values.schema.json"), "utf8")));
  const { $schema: _, ...settings } = z.toJSONSchema(settingsSchema, { target: "draft-7", io: "input" });
  const properties = Object.entries(settings.properties ?? {}).filter(
    ([name]) => !decidedElsewhere.includes(name),
  );
  schema.properties.settings = { ...settings, properties: Object.fromEntries(properties) };
  return schema;
}
