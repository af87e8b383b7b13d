/** Loads image archives into every node of a kind cluster. */
import { run } from "../../program/run.ts";
import type { Report } from "../provider.ts";

export async function loadImages(name: string, archives: readonly string[], report: Report): Promise<void> {
  for (const archive of archives) {
    report({ step: "loading images", detail: archive });
    await run("kind", ["load", "image-archive", archive, "--name", name]);
  }
}
