/** Images that only tests use: each folder of `test/images/` with a Dockerfile is one, named `test-<folder>`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ImageRecipe } from "./recipe.ts";

const folder = "test/images";

export function testImages(root: string): ImageRecipe[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => existsSync(join(root, folder, name, "Dockerfile")))
    .map((name) => ({ name: `test-${name}`, folder: `${folder}/${name}`, context: [] }));
}
