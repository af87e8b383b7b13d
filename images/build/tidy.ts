/** Removes what older builds left: archives, grounds and the image builder's own copies of them. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "./engine/engine.ts";
import { cachedIdentity, repository } from "./names.ts";
import { archivesFolder, groundsFolder } from "./plan.ts";
import type { Workspace } from "./workspace.ts";

/** States kept of each image: this checkout's and that of one other, or of one step back. */
const statesKeptMax = 2;

export function removeOldArchives(workspace: Workspace, name: string): void {
  removeOldest(join(workspace.cache, archivesFolder), name);
}

/** Run when nothing is being built any more: a layer that goes may be one that a running build takes from its cache. */
export async function removeOldGrounds(workspace: Workspace, engine: Engine, name: string): Promise<void> {
  const kept = removeOldest(join(workspace.cache, groundsFolder), name);
  for (const tag of await engine.list(repository(name))) {
    if (!kept.has(tag.slice(tag.lastIndexOf(":") + 1))) await engine.remove(tag);
  }
}

/** The identities of those that stay. */
function removeOldest(folder: string, name: string): Set<string> {
  if (!existsSync(folder)) return new Set();
  const states = readdirSync(folder)
    .map((file) => ({ file, identity: cachedIdentity(name, file) ?? "" }))
    .filter(({ identity }) => identity !== "")
    .map((state) => ({ ...state, writtenMs: statSync(join(folder, state.file)).mtimeMs }))
    .sort((a, b) => b.writtenMs - a.writtenMs);
  for (const { file } of states.slice(statesKeptMax)) rmSync(join(folder, file), { recursive: true });
  return new Set(states.slice(0, statesKeptMax).map(({ identity }) => identity));
}
