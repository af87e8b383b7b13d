/** Alias: a mutable named pointer to one version, or to two by weight. */
import { z } from "zod";
import { conditions } from "../conditions.ts";
import { asyncInvoke } from "../fields/destination.ts";
import { integer, list, map, object, text } from "../fields/field.ts";
import {
  permissions,
  provisionedConcurrency,
  provisionedConcurrencyScaling,
  url,
} from "../fields/invocation.ts";
import { objectOf } from "../fields/metadata.ts";
import { patterns } from "../fields/pattern.ts";
import { provisionedScalingStatus, provisionedStatus } from "../fields/provisionedstatus.ts";
import { limits } from "../limits.ts";
import { rollout, rolloutStatus, traffic } from "./rollout.ts";
import { aliasRules } from "./rules.ts";

const weight = z.number().min(0).max(1);

export const aliasSpec = object(
  "What the alias is called and where it points.",
  {
    functionName: text("The function; never changes.", limits.functionNameLengthMax, patterns.functionName),
    name: text(
      "The alias's name: letters, digits, hyphens and underscores, not digits only; never changes.",
      limits.aliasNameLengthMax,
      patterns.aliasName,
    ),
    description: text("What it is for.", 256).optional(),
    functionVersion: text(
      "The version it points to: a number, or $LATEST.",
      20,
      patterns.latestOrVersion,
    ).optional(),
    versionRef: object("The version it points to, by its object.", {
      name: text("Name of a Version in this namespace.", 253, patterns.objectName),
    }).optional(),
    routingConfig: object("A second version that takes a share of the invocations.", {
      additionalVersionWeights: map(
        "The second version's number and its share, 0 to 1.",
        weight.describe("The share."),
        1,
        aliasRules.weights,
      ),
    }).optional(),
    rollout: rollout.optional(),
    url: url.optional(),
    provisionedConcurrency: provisionedConcurrency.optional(),
    provisionedConcurrencyScaling: provisionedConcurrencyScaling.optional(),
    asyncInvoke: asyncInvoke.optional(),
    permissions: permissions.optional(),
  },
  aliasRules.spec,
);

export const aliasStatus = object("What the system knows about the alias.", {
  observedGeneration: integer(
    "The generation of the spec this status is about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  aliasArn: text("Its ARN.", 256).optional(),
  functionVersion: text("The version it points to now.", 20, patterns.latestOrVersion).optional(),
  routes: list(
    "The Revisions invocations are drawn from now.",
    object("One of them.", {
      functionVersion: text("Its version.", 20, patterns.latestOrVersion),
      revision: text("Name of its Revision.", 63),
      weight: weight.describe("Its share of the invocations; all add up to 1."),
    }),
    2,
  ).optional(),
  revisionId: text("Changes with every change; a precondition in the API.", 64).optional(),
  url: text("Address of the alias's URL.", 2048).optional(),
  urlId: text("The part of the address that is the alias's own.", 64).optional(),
  provisionedConcurrency: provisionedStatus.optional(),
  provisionedConcurrencyScaling: provisionedScalingStatus.optional(),
  rollout: rolloutStatus.optional(),
  traffic: traffic.optional(),
  conditions: conditions.default([]),
});

const aliasSchema = objectOf("Alias", aliasSpec, aliasStatus.prefault({}));

export type AliasObject = z.output<typeof aliasSchema>;
export type AliasSpec = z.output<typeof aliasSpec>;
export type AliasStatus = z.output<typeof aliasStatus>;

/** Reads an object of the API server; throws a ZodError that names the field. */
export function parseAlias(raw: unknown): AliasObject {
  return aliasSchema.parse(raw);
}
