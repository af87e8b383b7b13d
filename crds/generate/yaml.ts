/** The YAML files of `crds/yaml/`: their names and their exact text, for the generator and for the test that compares. */
import { stringify } from "yaml";
import { apiGroup } from "../fields/metadata.ts";
import { kinds } from "../kinds.ts";
import { definition } from "./definition.ts";

const header = "# Generated from crds/*/schema.ts by `npm run generate`. Do not edit.\n";

export interface GeneratedFile {
  name: string;
  text: string;
}

export function yamlFiles(): GeneratedFile[] {
  return kinds.map((kind) => ({
    name: `${apiGroup}_${kind.plural}.yaml`,
    text: header + stringify(definition(kind), { lineWidth: 0, aliasDuplicateObjects: false }),
  }));
}
