/**
 * Revision: one exact, immutable configuration and code, what environments are created for. Written by the operator only;
 * its name is the hash of its spec, so that the same configuration is the same Revision.
 */
import type { z } from "zod";
import { conditions } from "../conditions.ts";
import * as configuration from "../fields/configuration.ts";
import { deadLetter } from "../fields/destination.ts";
import { environment } from "../fields/environment.ts";
import { choice, integer, list, map, object, text } from "../fields/field.ts";
import { objectOf } from "../fields/metadata.ts";
import { patterns } from "../fields/pattern.ts";
import { provisionedUse } from "../fields/provisionedstatus.ts";
import { lastInitError } from "../function/status.ts";
import { limits } from "../limits.ts";
import { silencedVariables } from "../link/messages.ts";
import { revisionRules } from "./rules.ts";

const byteCount = (description: string) => integer(description, 0, limits.imageBytesMax);

const code = object("The archive of a zip function, in the code store.", {
  archiveSha256: text(
    "SHA-256 of the canonical archive, in hexadecimal; names it in the store.",
    64,
    patterns.sha256Hex,
  ),
  archiveBytes: byteCount("Bytes of the canonical archive."),
  unpackedBytes: byteCount("Bytes of its files.").optional(),
  codeSha256: text(
    "SHA-256 of the archive as it came, in base64, as Lambda shows it.",
    44,
    patterns.sha256Base64,
  ),
  codeSize: byteCount("Bytes of the archive as it came."),
});

const image = object("The container image of an image function.", {
  uri: text("Reference of the image.", 512),
  ...configuration.imageConfig,
  variables: map(
    "Variables of the image's own that its pod must not have, for its program alone (LD_PRELOAD and its like).",
    text("The value.", limits.imageVariableLengthMax),
    silencedVariables.length,
  ).optional(),
});

const layer = object("One layer, resolved.", {
  arn: text("ARN of the layer version.", 256),
  archiveSha256: text("SHA-256 of the canonical archive, in hexadecimal.", 64, patterns.sha256Hex),
  archiveBytes: byteCount("Bytes of the canonical archive."),
  codeSize: byteCount("Bytes of the archive as it came."),
  unpackedBytes: byteCount("Bytes of its files.").optional(),
});

export const revisionSpec = object(
  "One exact configuration and code.",
  {
    functionName: text("The function's name.", limits.functionNameLengthMax, patterns.functionName),
    functionVersion: text("$LATEST, or the number of the version.", 20, patterns.latestOrVersion),
    functionUid: text("UID of the Function object.", 64).optional(),
    region: text("Region in the function's ARN.", 64, patterns.region).optional(),
    accountId: text("Account in the function's ARN.", 12, patterns.accountId).optional(),
    packageType: choice("Whether code or image is given.", ["Zip", "Image"]),
    code: code.optional(),
    image: image.optional(),
    runtime: configuration.runtime.optional(),
    handler: configuration.handler.optional(),
    memorySize: configuration.memorySize,
    timeout: configuration.timeout,
    ephemeralStorage: configuration.ephemeralStorage,
    architectures: configuration.architectures.min(1),
    environment: environment.optional(),
    layers: list("Layers in the order they are extracted.", layer, limits.layersMax).optional(),
    role: configuration.role.optional(),
    automountServiceAccountToken: configuration.automountServiceAccountToken.optional(),
    fileSystem: configuration.fileSystem.optional(),
    vpc: configuration.vpc.optional(),
    logging: configuration.logging,
    tracing: configuration.tracing,
    snapStart: configuration.snapStart,
    cpuPolicy: configuration.cpuPolicy.optional(),
    runtimeClassName: configuration.runtimeClassName.optional(),
    deadLetter: deadLetter.optional(),
  },
  revisionRules.spec,
);

export const revisionStatus = object("What the system knows about the Revision.", {
  conditions: conditions.default([]),
  lastInitError: lastInitError.optional(),
  provisioned: provisionedUse.optional(),
});

const revisionSchema = objectOf("Revision", revisionSpec, revisionStatus.prefault({}));

export type RevisionObject = z.output<typeof revisionSchema>;
export type RevisionSpec = z.output<typeof revisionSpec>;
export type RevisionStatus = z.output<typeof revisionStatus>;

/** Reads an object of the API server; throws a ZodError that names the field. */
export function parseRevision(raw: unknown): RevisionObject {
  return revisionSchema.parse(raw);
}
