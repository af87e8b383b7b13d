/** What the operator says about a Function. Written by the operator only. */
import type { z } from "zod";
import { conditions } from "../conditions.ts";
import { choice, instant, integer, object, text } from "../fields/field.ts";

export const stateReasonCodes = [
  "Idle",
  "Creating",
  "Restoring",
  "EniLimitExceeded",
  "InsufficientRolePermissions",
  "InvalidConfiguration",
  "InternalError",
  "SubnetOutOfIPAddresses",
  "InvalidSubnet",
  "InvalidSecurityGroup",
  "ImageDeleted",
  "ImageAccessDenied",
  "InvalidImage",
  "KMSKeyAccessDenied",
  "KMSKeyNotFound",
  "InvalidStateKMSKey",
  "DisabledKMSKey",
  "EFSIOError",
  "EFSMountConnectivityError",
  "EFSMountFailure",
  "EFSMountTimeout",
  "InvalidRuntime",
  "InvalidZipFileException",
  "FunctionError",
  "DrainingDurableExecutions",
  "CapacityProviderScalingLimitExceeded",
  "CodeStorageExceeded",
  "DuplicateFunctionName",
  "FunctionNotFound",
  "PreconditionFailed",
  "SourceNotFound",
  "SourceAccessDenied",
  "SourceUnreachable",
  "SourceHashMismatch",
  "RoleNotFound",
  "RoleNotAssumable",
  "UnsupportedConfiguration",
] as const;

const reasonCode = (description: string) => choice(description, stateReasonCodes).optional();

export const lastInitError = object("How initialisation failed last.", {
  errorType: text("The error's type, such as Runtime.ImportModuleError.", 256),
  errorMessage: text("The error's message.", 4096),
  logTail: text("The end of what was printed during initialisation.", 8192).optional(),
  time: instant("When it failed."),
});

export const functionStatus = object("What the system knows about the function.", {
  observedGeneration: integer(
    "The generation of the spec this status is about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  functionName: text("The function's name.", 64).optional(),
  functionArn: text("Its ARN, unqualified.", 256).optional(),
  state: choice("Whether it can be invoked.", ["Pending", "Active", "Inactive", "Failed"]).optional(),
  stateReason: text("Why it is in this state.", 4096).optional(),
  stateReasonCode: reasonCode("Why, for programs."),
  lastUpdateStatus: choice(
    "How the newest change fares. A failed one leaves the last good Revision serving.",
    ["InProgress", "Successful", "Failed"],
  ).optional(),
  lastUpdateStatusReason: text("Why the newest change stands where it does.", 4096).optional(),
  lastUpdateStatusReasonCode: reasonCode("Why, for programs."),
  revision: text("Name of the Revision that serves $LATEST: the last good one.", 63).optional(),
  latestVersion: integer(
    "The last version number given; numbers are never reused.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  reservedConcurrency: integer(
    "Invocations reserved for it: what spec says, as far as the account has room for it.",
    0,
    1_000_000,
  ).optional(),
  codeSha256: text("SHA-256 of the archive, in base64.", 64).optional(),
  codeSize: integer("Bytes of the archive.", 0, Number.MAX_SAFE_INTEGER).optional(),
  codeGeneration: integer(
    "The generation whose code was fetched last.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  revisionId: text("Changes with every change of the function; a precondition in the API.", 64).optional(),
  lastModified: instant("When the configuration or code changed last.").optional(),
  url: text("Address of the function's URL.", 2048).optional(),
  urlId: text("The part of the address that is the function's own.", 64).optional(),
  conditions: conditions.default([]),
  lastInitError: lastInitError.optional(),
});

export type FunctionStatus = z.output<typeof functionStatus>;
export type StateReasonCode = (typeof stateReasonCodes)[number];
export type LastInitError = z.output<typeof lastInitError>;
