/** What the API server checks of an EventSourceMapping: which option goes with which source. */
import type { Rule } from "../fields/field.ts";

const oneOf = (...kinds: string[]) => `(${kinds.map((kind) => `has(self.source.${kind})`).join(" || ")})`;
const shards = oneOf("kinesis", "dynamodb");
const streams = oneOf("kinesis", "dynamodb", "kafka", "nats");

function goesWith(field: string, sources: string, names: string): Rule {
  return { rule: `!has(self.${field}) || ${sources}`, message: `${field} goes with ${names} only` };
}

const spec: Rule[] = [
  {
    rule: `!${oneOf("kinesis", "dynamodb")} || has(self.startingPosition)`,
    message: "startingPosition is needed for kinesis and dynamodb: TRIM_HORIZON, LATEST or AT_TIMESTAMP",
  },
  goesWith("startingPosition", streams, "kinesis, dynamodb, kafka and nats"),
  {
    rule: "(has(self.startingPosition) && self.startingPosition == 'AT_TIMESTAMP') == has(self.startingPositionTimestamp)",
    message: "startingPositionTimestamp and startingPosition AT_TIMESTAMP go together",
  },
  {
    rule: "!has(self.source.dynamodb) || !has(self.startingPosition) || self.startingPosition != 'AT_TIMESTAMP'",
    message: "dynamodb streams start at TRIM_HORIZON or LATEST",
  },
  goesWith("parallelizationFactor", shards, "kinesis and dynamodb"),
  goesWith("tumblingWindow", shards, "kinesis and dynamodb"),
  goesWith("bisectBatchOnFunctionError", streams, "kinesis, dynamodb, kafka and nats"),
  goesWith("maximumRetryAttempts", streams, "kinesis, dynamodb, kafka and nats"),
  goesWith("maximumRecordAge", streams, "kinesis, dynamodb, kafka and nats"),
  {
    rule: "!has(self.maximumRecordAge) || self.maximumRecordAge == -1 || self.maximumRecordAge >= 60",
    message: "maximumRecordAge is -1, or 60 to 604800 seconds",
  },
  goesWith("scalingConfig", oneOf("sqs"), "sqs"),
  goesWith(
    "functionResponseTypes",
    oneOf("sqs", "kinesis", "dynamodb", "kafka", "nats"),
    "sqs, kinesis, dynamodb, kafka and nats",
  ),
  goesWith("destinations", streams, "kinesis, dynamodb, kafka and nats"),
  {
    rule: "!has(self.scalingConfig) || !has(self.provisionedPollerConfig)",
    message: "scalingConfig and provisionedPollerConfig do not go together",
  },
  {
    rule: "!has(self.source.sqs) || !self.source.sqs.queueUrl.endsWith('.fifo') || !has(self.batchSize) || self.batchSize <= 10",
    message: "batchSize may be 10 at most for a FIFO queue",
  },
  {
    rule: "!has(self.source.sqs) || !self.source.sqs.queueUrl.endsWith('.fifo') || !has(self.maximumBatchingWindow) || self.maximumBatchingWindow == 0",
    message: "maximumBatchingWindow does not go with a FIFO queue",
  },
  {
    rule: "!has(self.source.sqs) || !has(self.batchSize) || self.batchSize <= 10 || (has(self.maximumBatchingWindow) && self.maximumBatchingWindow >= 1)",
    message: "a batchSize above 10 needs a maximumBatchingWindow of at least 1 second",
  },
];

export const eventSourceMappingRules = { spec, root: [] as Rule[] };
