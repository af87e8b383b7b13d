/** What an environment is told to become one revision's: built from the Revision alone. */
import type { Assignment } from "../../crds/link/messages.ts";
import { logGroupOf } from "../../crds/names.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import { findRuntime, startOnlyVariables } from "../../crds/runtimes.ts";
import type { Callable } from "../catalog/callable.ts";

export function buildAssignment(
  { revision, region, accountId }: Callable,
  isProvisioned: boolean,
): Assignment {
  const { spec, metadata } = revision;
  const command = spec.image?.command ?? [];
  return {
    revision: metadata.name,
    functionName: spec.functionName,
    functionVersion: spec.functionVersion,
    runtime: spec.runtime ?? "",
    handler: spec.handler ?? command[0] ?? "",
    memorySizeMb: spec.memorySize,
    timeoutMs: spec.timeout * 1000,
    ephemeralStorageMb: spec.ephemeralStorage.size,
    initializationType: isProvisioned ? "provisioned-concurrency" : "on-demand",
    region: spec.region ?? region,
    accountId: spec.accountId ?? accountId,
    logGroup: logGroupOf(spec.functionName, spec.logging.logGroup),
    logFormat: spec.logging.logFormat,
    applicationLogLevel: spec.logging.applicationLogLevel,
    systemLogLevel: spec.logging.systemLogLevel,
    variables: spec.environment?.variables ?? {},
    inherit: (spec.environment?.from ?? []).map(({ name }) => name),
    startOnly: startOnlyOf(spec),
    entry:
      spec.image === undefined
        ? { kind: "bootstrap", command: [] }
        : {
            kind: "image",
            command: [...(spec.image.entryPoint ?? []), ...command],
            ...(spec.image.workingDirectory === undefined
              ? {}
              : { workingDirectory: spec.image.workingDirectory }),
            ...(spec.image.variables === undefined ? {} : { variables: spec.image.variables }),
          },
  };
}

/** What of its variables a process started ahead must have been started with; its memory size counts as one. */
function startOnlyOf({ runtime, environment }: RevisionSpec): string[] {
  const found = findRuntime(runtime ?? "");
  if (found.kind === "refused") return [];
  const { variables = {}, from = [] } = environment ?? {};
  const names = [
    ...Object.keys(variables),
    ...from.map(({ name }) => name),
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  ];
  return startOnlyVariables(found.runtime.family, names);
}
