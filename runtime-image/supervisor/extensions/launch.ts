/** Starts the external extensions, each in a process group of its own, all before the runtime. */
import { basename } from "node:path";
import { extensionsMax } from "../limits.ts";
import type { Ending } from "../process/ending.ts";
import { type Jail, type RuntimeProcess, startProcess } from "../process/start.ts";

/** What a generation starts beside its runtime. */
export interface ExtensionPlan {
  paths: readonly string[];
  variables: Record<string, string>;
  jail: Jail;
}

export interface LaunchedExtension {
  name: string;
  process: RuntimeProcess;
}

/** Lambda starts an extension at the root, not beside the function's code. */
const workingDirectory = "/";

/** None at all when there are too many. */
export function launchExtensions({ paths, variables, jail }: ExtensionPlan): LaunchedExtension[] {
  if (paths.length > extensionsMax) return [];
  return paths.map((path) => ({
    name: basename(path),
    process: startProcess({
      entry: { kind: "command", command: [path] },
      workingDirectory,
      variables,
      jail,
    }),
  }));
}

/** What Lambda calls the reason of a failed launch in `platform.extension`. */
export function launchErrorType(ending: Ending): string {
  if (ending.kind !== "entrypoint") return "UnknownError";
  return ending.message.includes("permission denied") ? "PermissionDenied" : "UnknownError";
}
