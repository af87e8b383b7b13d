/** What an assignment sets in motion: the code comes, is unpacked, the command is found, INIT runs. */
import type { Assignment, HeadOf, ToGateway } from "../../../crds/link/messages.ts";
import type { CodeReceiver } from "../code/receiver.ts";
import type { Config } from "../config.ts";
import type { Ahead } from "./ahead.ts";
import { planOf } from "./plan.ts";
import { createRunner, type Runner, type RunnerDeps } from "./runner.ts";

type Initialized = HeadOf<ToGateway, "initialized">;

export interface PrepareInput {
  assignment: Assignment;
  receiver: CodeReceiver;
  /** When the assignment came; monotonic. */
  startedMs: number;
  runtimeApi: string;
  ahead: Ahead | undefined;
}

/** Throws CodeError or TarError when the code is not what was promised: such an environment is of no use. */
export async function prepare(
  deps: RunnerDeps,
  config: Config,
  input: PrepareInput,
  created: (runner: Runner) => void,
): Promise<Initialized> {
  const { assignment, receiver, startedMs, runtimeApi, ahead } = input;
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
