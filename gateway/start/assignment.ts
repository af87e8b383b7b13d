/** What an environment is told to become one revision's: built from the Revision alone. */
import type { Assignment } from "../../crds/link/messages.ts";
import { logGroupOf } from "../../crds/names.ts";
import type { Callable } from "../catalog/callable.ts";

export function buildAssignment({ revision, region, accountId }: Callable): Assignment {
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
    initializationType: "on-demand",
    region: spec.region ?? region,
    accountId: spec.accountId ?? accountId,
    logGroup: logGroupOf(spec.functionName, spec.logging.logGroup),
    logFormat: spec.logging.logFormat,
    applicationLogLevel: spec.logging.applicationLogLevel,
    systemLogLevel: spec.logging.systemLogLevel,
    variables: spec.environment?.variables ?? {},
    inherit: (spec.environment?.from ?? []).map(({ name }) => name),
    entry:
      spec.image === undefined
        ? { kind: "bootstrap", command: [] }
        : {
            kind: "image",
            command: [...(spec.image.entryPoint ?? []), ...command],
            ...(spec.image.workingDirectory === undefined
              ? {}
              : { workingDirectory: spec.image.workingDirectory }),
          },
  };
}
