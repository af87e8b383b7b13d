/** The event sources a mapping can poll. One object with exactly one of them, for CRDs know no unions. */
import { awsAccess } from "../fields/destination.ts";
import { choice, flag, integer, list, object, text } from "../fields/field.ts";
import { patterns } from "../fields/pattern.ts";
import { sourceRules } from "./sourcerules.ts";

const secret = (description: string) =>
  object(description, { name: text("Name of the Secret, in this namespace.", 253, patterns.objectName) });

const tls = object("TLS to the servers.", {
  caSecret: secret(
    "Secret whose key ca.crt holds the authority to trust; the system's unless set.",
  ).optional(),
  clientCertificateSecret: secret(
    "Secret with the keys tls.crt and tls.key to show to the server.",
  ).optional(),
  serverName: text("Name expected in the server's certificate.", 253).optional(),
});

const sqs = object("An SQS queue, standard or FIFO.", {
  queueUrl: text("URL of the queue.", 2048, patterns.httpUrl),
  ...awsAccess,
});

const kinesis = object(
  "A Kinesis data stream.",
  {
    streamArn: text("ARN of the stream.", 512, patterns.arn).optional(),
    streamName: text("Name of the stream.", 128, /^[a-zA-Z0-9_.-]+$/).optional(),
    consumerArn: text("ARN of a registered consumer, for enhanced fan-out.", 512, patterns.arn).optional(),
    ...awsAccess,
  },
  sourceRules.kinesis,
);

const dynamodb = object("The stream of a DynamoDB table.", {
  streamArn: text("ARN of the stream.", 512, patterns.arn),
  ...awsAccess,
});

const kafka = object("A topic of a Kafka cluster.", {
  bootstrapServers: list("Addresses to start from.", text("host:port", 300, /^[^\s/]+:[0-9]+$/), 32).min(1),
  topic: text("Name of the topic.", 249, /^[a-zA-Z0-9._-]+$/),
  consumerGroupId: text(
    "Consumer group; the mapping's own unless set. Never changes.",
    200,
    /^[a-zA-Z0-9/_.:*-]+$/,
  ).optional(),
  consumptionMode: choice("Stream: partitions in order. Queue: a share group, Kafka 4.2 and later.", [
    "Stream",
    "Queue",
  ]).default("Stream"),
  authentication: object("How to log in.", {
    mechanism: choice("The SASL mechanism.", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
    credentialsSecret: secret("Secret with the keys username and password."),
  }).optional(),
  tls: tls.optional(),
  schemaRegistry: object("Where the records' schemas are.", {
    url: text("URL of the registry.", 2048, patterns.httpUrl),
    eventRecordFormat: choice("What the function gets.", ["JSON", "SOURCE"]).default("JSON"),
    validateKey: flag("Check the keys.").default(false),
    validateValue: flag("Check the values.").default(false),
    credentialsSecret: secret("Secret with the keys username and password.").optional(),
  }).optional(),
});

const broker = {
  host: text("The broker's host.", 253, /^[^\s/]+$/),
  port: integer("The broker's port.", 1, 65_535).optional(),
  queue: text("Name of the queue.", 1000),
  credentialsSecret: secret("Secret with the keys username and password.").optional(),
  tls: tls.optional(),
};

const rabbitmq = object("A queue of a RabbitMQ broker.", {
  ...broker,
  virtualHost: text("The virtual host.", 200).default("/"),
});

const activemq = object("A queue of an ActiveMQ broker, over AMQP 1.0.", broker);

const nats = object("A NATS JetStream stream.", {
  servers: list(
    "Addresses of the servers; the installation's own unless set.",
    text("nats://host:port", 300),
    16,
  ).optional(),
  stream: text("Name of the stream.", 256, /^[^\s.*>/\\]+$/),
  filterSubjects: list(
    "Only messages on these subjects.",
    text("A subject; may hold wildcards.", 256, /^[^\s]+$/),
    16,
  ).optional(),
  durableName: text("Name of the consumer; the mapping's own unless set.", 256, /^[^\s.*>/\\]+$/).optional(),
  credentialsSecret: secret("Secret with the keys username and password, or creds.").optional(),
  tls: tls.optional(),
});

export const source = object(
  "Where events come from; never changes.",
  {
    sqs: sqs.optional(),
    kinesis: kinesis.optional(),
    dynamodb: dynamodb.optional(),
    kafka: kafka.optional(),
    rabbitmq: rabbitmq.optional(),
    activemq: activemq.optional(),
    nats: nats.optional(),
  },
  sourceRules.source,
);
