/** What an assignment has started: the command with its variables and folder, the extensions, and what they are told. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Assignment } from "../../../crds/link/messages.ts";
import type { ClockDep } from "../clock/clock.ts";
import type { Config } from "../config.ts";
import { findExtensions } from "../extensions/find.ts";
import type { ExtensionPlan } from "../extensions/launch.ts";
import type { FunctionFacts } from "../extensions/session.ts";
import { extensionVariables } from "../extensions/variables.ts";
import { findEntry, folderOf } from "../process/entry.ts";
import type { RuntimeCommand } from "../process/start.ts";
import { runtimeVariables } from "../process/variables.ts";
import type { Allowed } from "./excess.ts";

/** What is started, and what its extensions are told of the function. */
export interface GenerationPlan {
  command: RuntimeCommand;
  allowed: Allowed;
  extensions: ExtensionPlan;
  /** Folders of native libraries that came with the code or its layers. */
  libraries: readonly string[];
  facts: FunctionFacts;
}

export function planOf(
  deps: ClockDep,
  config: Config,
  assignment: Assignment,
  runtimeApi: string,
): GenerationPlan {
  const { roots, own, jail } = config;
  const day = new Date(deps.clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
  const logStream = `${day}/[${assignment.functionVersion}]${randomBytes(16).toString("hex")}`;
  const variables = runtimeVariables({ assignment, roots, runtimeApi, logStream, own });
  return {
    command: {
      entry: findEntry(assignment, roots, variables.PATH),
      workingDirectory: folderOf(assignment, roots),
      variables,
      jail,
    },
    allowed: assignment,
    extensions: { paths: findExtensions(roots.layers), variables: extensionVariables(variables), jail },
    libraries: [roots.task, roots.layers].map((root) => join(root, "lib")).filter((path) => existsSync(path)),
    facts: assignment,
  };
}
