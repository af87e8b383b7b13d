/** What an assignment sets in motion: the code comes, is unpacked, the command is found, INIT runs. */
import { randomBytes } from "node:crypto";
import type { Assignment, HeadOf, ToGateway } from "../../../crds/link/messages.ts";
import type { CodeReceiver } from "../code/receive.ts";
import type { Config } from "../config.ts";
import { findExtensions } from "../extensions/find.ts";
import { extensionVariables } from "../extensions/variables.ts";
import { findEntry, folderOf } from "../process/entry.ts";
import { runtimeVariables } from "../process/variables.ts";
import type { Ahead } from "./ahead.ts";
import type { GenerationPlan } from "./generation.ts";
import { createRunner, type Runner, type RunnerDeps } from "./runner.ts";

type Initialized = HeadOf<ToGateway, "initialized">;

/** Throws CodeError or TarError when the code is not what was promised: such an environment is of no use. */
export async function prepare(
  deps: RunnerDeps,
  config: Config,
  input: { assignment: Assignment; receiver: CodeReceiver; runtimeApi: string; ahead: Ahead | undefined },
  created: (runner: Runner) => void,
): Promise<Initialized> {
  const { assignment, receiver, runtimeApi, ahead } = input;
  const startedMs = deps.clock.elapsed();
  await receiver.done;
  const unpackMs = deps.clock.elapsed() - startedMs;
  deps.journal.format(assignment.logFormat, assignment.systemLogLevel);
  const plan = planOf(deps, config, assignment, runtimeApi);
  const taken = await ahead?.take(plan, assignment.startOnly);
  const runner = createRunner(deps, assignment, plan);
  created(runner);
  const facts = await runner.initialize(taken);
  return { revision: assignment.revision, unpackMs, ...facts };
}

function planOf(
  deps: RunnerDeps,
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
    facts: assignment,
  };
}
