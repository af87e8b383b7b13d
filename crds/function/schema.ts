/** Function: named code and configuration, as a person writes it. */
import type { z } from "zod";
import { functionCode } from "../fields/code.ts";
import * as configuration from "../fields/configuration.ts";
import { asyncInvoke, deadLetter } from "../fields/destination.ts";
import { environment } from "../fields/environment.ts";
import { choice, flag, integer, list, map, notServed, object, text } from "../fields/field.ts";
import { permissions, url } from "../fields/invocation.ts";
import { objectOf } from "../fields/metadata.ts";
import { patterns } from "../fields/pattern.ts";
import { limits } from "../limits.ts";
import { functionRules } from "./rules.ts";
import { functionStatus } from "./status.ts";

export const functionSpec = object(
  "What runs, and how.",
  {
    functionName: text(
      "The function's name: letters, digits, hyphens and underscores, at most 64. The object's name unless set; never changes.",
      limits.functionNameLengthMax,
      patterns.functionName,
    ).optional(),
    description: text("What it is for.", 256).optional(),
    code: functionCode,
    runtime: configuration.runtime.optional(),
    handler: configuration.handler.optional(),
    memorySize: configuration.memorySize.default(limits.memoryMbDefault),
    timeout: configuration.timeout.default(limits.timeoutSecondsDefault),
    ephemeralStorage: configuration.ephemeralStorage.default({ size: limits.ephemeralStorageMbMin }),
    architectures: configuration.architectures.min(1).default(["x86_64"]),
    environment: environment.optional(),
    layers: list(
      "Layer versions, extracted over each other into /opt in this order; at most 5.",
      text("A layer version: name:number, or its ARN.", 256, patterns.layerVersion),
      limits.layersMax,
    ).optional(),
    imageConfig: object("What to start in a container image.", configuration.imageConfig).optional(),
    role: configuration.role.optional(),
    automountServiceAccountToken: configuration.automountServiceAccountToken.optional(),
    fileSystem: configuration.fileSystem.optional(),
    vpc: configuration.vpc.optional(),
    logging: configuration.logging.default({
      logFormat: "Text",
      applicationLogLevel: "INFO",
      systemLogLevel: "INFO",
    }),
    tracing: configuration.tracing.default({ mode: "PassThrough" }),
    snapStart: configuration.snapStart.default({ applyOn: "None" }),
    cpuPolicy: configuration.cpuPolicy.optional(),
    runtimeClassName: configuration.runtimeClassName.optional(),
    url: url.optional(),
    reservedConcurrency: integer(
      "Invocations that may run at once, taken from the namespace's concurrency, of which 100 stay unreserved (settings.account.unreservedMin); 0 stops the function.",
      0,
      1_000_000,
    ).optional(),
    asyncInvoke: asyncInvoke.optional(),
    deadLetter: deadLetter.optional(),
    recursiveLoop: choice(
      `What to do with an event that came back to this function too often. ${notServed}`,
      ["Terminate", "Allow"],
    ).default("Terminate"),
    permissions: permissions.optional(),
    publish: flag(
      "Publish a Version for every change of what runs; of the description alone none is.",
    ).default(false),
    tags: map("Tags, as Lambda has them.", text("The tag's value.", 256), limits.tagsMax).optional(),
  },
  functionRules.spec,
);

const functionSchema = objectOf("Function", functionSpec, functionStatus.prefault({}));

/** As read: defaults are filled in. */
export type FunctionObject = z.output<typeof functionSchema>;
export type FunctionSpec = z.output<typeof functionSpec>;
/** As a person writes it. */
export type FunctionSpecInput = z.input<typeof functionSpec>;
export type FunctionCode = FunctionSpec["code"];

/** Reads an object of the API server; throws a ZodError that names the field. */
export function parseFunction(raw: unknown): FunctionObject {
  return functionSchema.parse(raw);
}
