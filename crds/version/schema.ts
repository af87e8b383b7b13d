/** Version: an immutable publication of a function. What it runs is fixed for ever by the Revision its status names. */
import type { z } from "zod";
import { conditions } from "../conditions.ts";
import { asyncInvoke } from "../fields/destination.ts";
import { choice, instant, integer, list, object, text } from "../fields/field.ts";
import { permissions, provisionedConcurrency, provisionedConcurrencyScaling } from "../fields/invocation.ts";
import { objectOf } from "../fields/metadata.ts";
import { patterns } from "../fields/pattern.ts";
import { provisionedScalingStatus, provisionedStatus } from "../fields/provisionedstatus.ts";
import { lastInitError, stateReasonCodes } from "../function/status.ts";
import { limits } from "../limits.ts";
import { versionRules } from "./rules.ts";

export const versionSpec = object(
  "What is published. The first four fields never change; the others are settings of the published version.",
  {
    functionName: text(
      "The function to publish: its code and configuration as they are when this is created.",
      limits.functionNameLengthMax,
      patterns.functionName,
    ),
    description: text("What this version is.", 256).optional(),
    codeSha256: text(
      "Publish only if the function's code has this hash.",
      64,
      patterns.sha256Base64,
    ).optional(),
    revisionId: text("Publish only if the function has this revisionId.", 64).optional(),
    provisionedConcurrency: provisionedConcurrency.optional(),
    provisionedConcurrencyScaling: provisionedConcurrencyScaling.optional(),
    asyncInvoke: asyncInvoke.optional(),
    permissions: permissions.optional(),
  },
  versionRules.spec,
);

/** As many are named; that there are any is what counts. */
export const versionAliasesMax = 32;

export const versionStatus = object("What the system knows about the version.", {
  observedGeneration: integer(
    "The generation of the spec this status is about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  version: text("Its number.", 20, patterns.versionNumber).optional(),
  functionArn: text("Its ARN, with the number.", 256).optional(),
  revision: text("Name of the Revision it runs, for ever.", 63).optional(),
  state: choice("Whether it can be invoked.", ["Pending", "Active", "Inactive", "Failed"]).optional(),
  stateReason: text("Why it is in this state.", 4096).optional(),
  stateReasonCode: choice("Why, for programs.", stateReasonCodes).optional(),
  codeSha256: text("SHA-256 of the archive, in base64.", 64).optional(),
  codeSize: integer("Bytes of the archive.", 0, Number.MAX_SAFE_INTEGER).optional(),
  revisionId: text("Changes with every change; a precondition in the API.", 64).optional(),
  lastModified: instant("When it was published.").optional(),
  aliases: list(
    "Aliases that point here; while there are any, it cannot be deleted.",
    text("An Alias's name.", limits.aliasNameLengthMax),
    versionAliasesMax,
  ).optional(),
  provisionedConcurrency: provisionedStatus.optional(),
  provisionedConcurrencyScaling: provisionedScalingStatus.optional(),
  lastInitError: lastInitError.optional(),
  conditions: conditions.default([]),
});

const versionSchema = objectOf("Version", versionSpec, versionStatus.prefault({}));

export type VersionObject = z.output<typeof versionSchema>;
export type VersionSpec = z.output<typeof versionSpec>;
export type VersionStatus = z.output<typeof versionStatus>;

/** Reads an object of the API server; throws a ZodError that names the field. */
export function parseVersion(raw: unknown): VersionObject {
  return versionSchema.parse(raw);
}
