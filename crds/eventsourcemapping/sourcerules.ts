/** What the API server checks of an event source. */
import type { Rule } from "../fields/field.ts";

const kinds = ["sqs", "kinesis", "dynamodb", "kafka", "rabbitmq", "activemq", "nats"];

const source: Rule[] = [
  {
    rule: `[${kinds.map((kind) => `has(self.${kind})`).join(", ")}].filter(x, x).size() == 1`,
    message: `exactly one event source is needed: one of ${kinds.slice(0, -1).join(", ")} and ${kinds.at(-1)}`,
  },
  { rule: "self == oldSelf", message: "source may not change: make another EventSourceMapping" },
];

const kinesis: Rule[] = [
  {
    rule: "has(self.streamArn) != has(self.streamName)",
    message: "exactly one of streamArn and streamName is needed",
  },
];

export const sourceRules = { source, kinesis };
