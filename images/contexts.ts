/** Writes the build contexts of images into a folder, for whoever builds them elsewhere, and says how. */
import { resolve } from "node:path";
import { writeContext } from "./build/context.ts";
import { buildArguments } from "./build/engine/engine.ts";
import { imageReference } from "./build/names.ts";
import { planImages } from "./build/plan.ts";
import { testImages } from "./build/test-images.ts";
import type { Report } from "./build/workspace.ts";
import { currentWorkspace } from "./build.ts";
import { images } from "./table.ts";

/** Returns the commands that build the images, in their order. */
export async function writeContexts(
  into: string,
  only: readonly string[],
  report: Report,
): Promise<string[]> {
  const workspace = currentWorkspace();
  const wanted = only.length > 0 ? only : images.map(({ name }) => name);
  const commands: string[] = [];
  for (const image of await planImages(workspace, [...images, ...testImages(workspace.root)], wanted)) {
    const { name } = image.recipe;
    const folder = resolve(into, name);
    await writeContext(workspace, image, "with top", folder, (line) => report(`${name}: ${line}`));
    const args: Record<string, string> = { ...image.recipe.args };
    for (const needed of image.needs.images)
      args[needed.arg] = imageReference(needed.image, workspace.version);
    const command = [
      "docker",
      "build",
      ...buildArguments(args),
      "--tag",
      imageReference(name, workspace.version),
    ];
    commands.push([...command, folder].join(" "));
  }
  return commands;
}
