/**
 * Images that only tests use: each folder of `test/images/` with a Dockerfile is one, named `test-<folder>`. What its build
 * needs besides the files beside it, is in its `context.json`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ImageRecipe, Ingredient } from "./recipe.ts";

const folder = "test/images";

const context = z.array(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("program"), folder: z.string(), to: z.string() }),
    z.strictObject({ kind: z.literal("source"), path: z.string(), to: z.string() }),
    z.strictObject({ kind: z.literal("maven"), pom: z.string(), to: z.string() }),
    z.strictObject({ kind: z.literal("trust"), to: z.string() }),
  ]),
);

export function testImages(root: string): ImageRecipe[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder))
    .filter((name) => existsSync(join(root, folder, name, "Dockerfile")))
    .map((name) => ({
      name: `test-${name}`,
      folder: `${folder}/${name}`,
      context: contextOf(join(root, folder, name, "context.json")),
    }));
}

function contextOf(file: string): Ingredient[] {
  return existsSync(file) ? context.parse(JSON.parse(readFileSync(file, "utf8"))) : [];
}
