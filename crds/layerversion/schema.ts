/** LayerVersion: an immutable archive that functions have extracted into /opt. */
import type { z } from "zod";
import { conditions } from "../conditions.ts";
import { layerContent } from "../fields/code.ts";
import { choice, instant, integer, list, object, text } from "../fields/field.ts";
import { objectOf } from "../fields/metadata.ts";
import { patterns } from "../fields/pattern.ts";
import { stateReasonCodes } from "../function/status.ts";
import { layerVersionRules } from "./rules.ts";

export const layerVersionSpec = object(
  "What the layer version holds; never changes.",
  {
    layerName: text(
      "The layer's name; versions of it are numbered in the order they come.",
      140,
      patterns.functionName,
    ),
    description: text("What it holds.", 256).optional(),
    content: layerContent,
    compatibleRuntimes: list(
      "Runtimes it is made for; information only.",
      text("A runtime, such as python3.13.", 64, patterns.runtime),
      15,
    ).optional(),
    compatibleArchitectures: list(
      "Architectures it is made for; information only.",
      choice("x86_64 or arm64.", ["x86_64", "arm64"]),
      2,
    ).optional(),
    licenseInfo: text("Its licence: an SPDX name, a URL or the text.", 512).optional(),
  },
  layerVersionRules.spec,
);

export const layerVersionStatus = object("What the system knows about the layer version.", {
  observedGeneration: integer(
    "The generation of the spec this status is about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  version: text("Its number.", 20, patterns.versionNumber).optional(),
  layerVersionArn: text("Its ARN, with the number.", 256).optional(),
  state: choice("Whether functions can use it.", ["Pending", "Active", "Failed"]).optional(),
  stateReason: text("Why it is in this state.", 4096).optional(),
  stateReasonCode: choice("Why, for programs.", stateReasonCodes).optional(),
  codeSha256: text("SHA-256 of the archive, in base64.", 64).optional(),
  codeSize: integer("Bytes of the archive.", 0, Number.MAX_SAFE_INTEGER).optional(),
  archiveSha256: text("SHA-256 of the canonical archive, in hexadecimal.", 64, patterns.sha256Hex).optional(),
  archiveBytes: integer("Bytes of the canonical archive.", 0, Number.MAX_SAFE_INTEGER).optional(),
  unpackedBytes: integer("Bytes of its files.", 0, Number.MAX_SAFE_INTEGER).optional(),
  createdDate: instant("When it was made.").optional(),
  conditions: conditions.default([]),
});

const layerVersionSchema = objectOf("LayerVersion", layerVersionSpec, layerVersionStatus.prefault({}));

export type LayerVersionObject = z.output<typeof layerVersionSchema>;
export type LayerVersionStatus = z.output<typeof layerVersionStatus>;

/** Reads an object of the API server; throws a ZodError that names the field. */
export function parseLayerVersion(raw: unknown): LayerVersionObject {
  return layerVersionSchema.parse(raw);
}
