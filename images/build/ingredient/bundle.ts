/** A TypeScript program bundled for Bun. It is bundled each time, in milliseconds: the output is the digest. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Ingredient } from "../recipe.ts";
import type { Workspace } from "../workspace.ts";
import type { PreparedIngredient } from "./prepared.ts";

type Bundle = Extract<Ingredient, { kind: "bundle" }>;

export async function prepareBundle(workspace: Workspace, bundle: Bundle): Promise<PreparedIngredient> {
  const built = await Bun.build({
    entrypoints: [join(workspace.root, bundle.entry)],
    target: "bun",
    root: workspace.root,
  });
  const [output] = built.outputs;
  if (output === undefined || built.outputs.length !== 1) {
    throw new Error(`${bundle.entry} bundles into ${built.outputs.length} files, and must be one`);
  }
  const text = await output.text();
  return {
    digest: createHash("sha256").update(text).digest("hex"),
    place: async (path) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: 0o644 });
    },
  };
}
