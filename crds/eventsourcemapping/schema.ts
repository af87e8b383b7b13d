/** EventSourceMapping: polls a source and invokes a function with batches of what it finds. */
import { z } from "zod";
import { conditions } from "../conditions.ts";
import { sourceOnFailure } from "../fields/destination.ts";
import { choice, flag, instant, integer, list, map, object, text } from "../fields/field.ts";
import { patterns } from "../fields/pattern.ts";
import { limits } from "../limits.ts";
import { eventSourceMappingRules } from "./rules.ts";
import { source } from "./source.ts";

export const eventSourceMappingSpec = object(
  "Which source, which function, and how.",
  {
    functionName: text("The function: name, name:qualifier or ARN.", 256, patterns.functionReference),
    source,
    enabled: flag("Poll; false pauses.").default(true),
    batchSize: integer(
      "Records a batch holds at most; 10 for SQS, 100 for the others unless set.",
      1,
      10_000,
    ).optional(),
    maximumBatchingWindow: integer("Seconds to wait for a batch to fill.", 0, 300).optional(),
    startingPosition: choice("Where to start in a stream.", [
      "TRIM_HORIZON",
      "LATEST",
      "AT_TIMESTAMP",
    ]).optional(),
    startingPositionTimestamp: instant("Where to start, with AT_TIMESTAMP.").optional(),
    parallelizationFactor: integer("Batches of one shard at once.", 1, 10).optional(),
    bisectBatchOnFunctionError: flag("Halve a batch that failed and try each half.").optional(),
    maximumRetryAttempts: integer(
      "Retries of a batch; -1 for as long as its records live.",
      -1,
      10_000,
    ).optional(),
    maximumRecordAge: integer(
      "Seconds after which a record is given up, 60 to 604800; -1 for never.",
      -1,
      604_800,
    ).optional(),
    tumblingWindow: integer(
      "Seconds of a window whose state is passed from batch to batch.",
      0,
      900,
    ).optional(),
    filterCriteria: object("Which records to take.", {
      filters: list(
        "A record is taken if one of these matches.",
        object("One filter.", { pattern: text("An EventBridge pattern, as JSON text.", 4096) }),
        10,
      ),
    }).optional(),
    functionResponseTypes: list(
      "What the function's answer may tell.",
      choice("ReportBatchItemFailures: the answer names the records that failed.", [
        "ReportBatchItemFailures",
      ]),
      1,
    ).optional(),
    scalingConfig: object("How far polling scales.", {
      maximumConcurrency: integer("Invocations at once for this source.", 2, 1000),
    }).optional(),
    provisionedPollerConfig: object("Pollers kept running.", {
      minimumPollers: integer("At least this many.", 1, 200).optional(),
      maximumPollers: integer("At most this many.", 1, 10_000).optional(),
      pollerGroupName: text("Mappings of one group share their pollers.", 128).optional(),
    }).optional(),
    destinations: object("Where records of failures go.", {
      onFailure: sourceOnFailure.optional(),
    }).optional(),
    metricsConfig: object("Further metrics.", {
      metrics: list(
        "Which groups of metrics.",
        choice("A group of metrics.", ["EventCount", "ErrorCount", "KafkaMetrics"]),
        3,
      ),
    }).optional(),
    loggingConfig: object("How the poller logs.", {
      systemLogLevel: choice("The least level that is kept.", ["DEBUG", "INFO", "WARN"]),
    }).optional(),
    tags: map("Tags, as Lambda has them.", text("The tag's value.", 256), limits.tagsMax).optional(),
  },
  eventSourceMappingRules.spec,
);

export const eventSourceMappingStatus = object("What the system knows about the mapping.", {
  observedGeneration: integer(
    "The generation of the spec this status is about.",
    0,
    Number.MAX_SAFE_INTEGER,
  ).optional(),
  uuid: text("Its id in the API.", 64).optional(),
  eventSourceMappingArn: text("Its ARN.", 256).optional(),
  eventSourceArn: text("ARN of the source.", 512).optional(),
  functionArn: text("ARN of the function.", 256).optional(),
  state: choice("What it is doing.", [
    "Creating",
    "Enabling",
    "Enabled",
    "Disabling",
    "Disabled",
    "Updating",
    "Deleting",
  ]).optional(),
  stateTransitionReason: text("Why it is in this state.", 4096).optional(),
  lastModified: instant("When it changed last.").optional(),
  lastProcessingResult: text("How the last batch went.", 4096).optional(),
  pollers: integer("Pollers running now.", 0, 100_000).optional(),
  iteratorAgeMs: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .describe("Age of the last record taken, in milliseconds.")
    .optional(),
  conditions: conditions.default([]),
});
