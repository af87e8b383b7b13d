/** Where results, failed events and dead letters are sent. One object with exactly one target, for CRDs know no unions. */
import { limits } from "../limits.ts";
import { integer, notServed, object, type Rule, text } from "./field.ts";
import { patterns } from "./pattern.ts";

/** Fields every AWS-compatible service takes, so that ElasticMQ, MinIO and the like serve as well as AWS. */
export const awsAccess = {
  region: text("Region of the service; the installation's unless set.", 64, patterns.region).optional(),
  endpoint: text(
    "URL of an AWS-compatible service; AWS itself unless set.",
    2048,
    patterns.httpUrl,
  ).optional(),
  credentialsSecret: object(
    "Secret in this namespace with the keys accessKeyId and secretAccessKey, and sessionToken where there is one.",
    { name: text("Name of the Secret.", 253, patterns.objectName) },
  ).optional(),
};

const sqs = object("An SQS queue.", {
  queueUrl: text("URL of the queue.", 2048, patterns.httpUrl),
  ...awsAccess,
});
const sns = object("An SNS topic.", { topicArn: text("ARN of the topic.", 512, patterns.arn), ...awsAccess });
const eventBridge = object("An EventBridge bus.", {
  eventBusName: text("Name or ARN of the bus.", 512).default("default"),
  ...awsAccess,
});
const s3 = object("A bucket; each record becomes one object.", {
  bucket: text("Name of the bucket.", 255, patterns.noBlank),
  prefix: text("Put before the object's key.", 512).optional(),
  ...awsAccess,
});
const lambda = object("Another function, invoked asynchronously with the record.", {
  functionName: text("Name, name:qualifier or ARN.", 256, patterns.functionReference),
});
const nats = object("A NATS subject.", { subject: text("The subject.", 256, /^[^\s*>]+$/) });
const http = object("An HTTP endpoint; the record is posted as JSON.", {
  url: text("URL to post to.", 2048, patterns.httpUrl),
});
const kafka = object("A Kafka topic of the event source's own cluster.", {
  topic: text("Name of the topic.", 249, /^[a-zA-Z0-9._-]+$/),
});

function exactlyOne(...names: string[]): Rule[] {
  return [
    {
      rule: `[${names.map((name) => `has(self.${name})`).join(", ")}].filter(x, x).size() == 1`,
      message: `exactly one of ${names.slice(0, -1).join(", ")} and ${names.at(-1)} is needed`,
    },
  ];
}

const onSuccess = object(
  "Gets a record of each event the function took.",
  {
    sqs: sqs.optional(),
    sns: sns.optional(),
    eventBridge: eventBridge.optional(),
    lambda: lambda.optional(),
    nats: nats.optional(),
    http: http.optional(),
  },
  exactlyOne("sqs", "sns", "eventBridge", "lambda", "nats", "http"),
);

const onFailure = object(
  "Gets a record of each event the function did not take, after all its retries.",
  {
    sqs: sqs.optional(),
    sns: sns.optional(),
    eventBridge: eventBridge.optional(),
    lambda: lambda.optional(),
    s3: s3.optional(),
    nats: nats.optional(),
    http: http.optional(),
  },
  exactlyOne("sqs", "sns", "eventBridge", "lambda", "s3", "nats", "http"),
);

export const sourceOnFailure = object(
  "Gets a record of each batch the function did not take, after all its retries.",
  {
    sqs: sqs.optional(),
    sns: sns.optional(),
    s3: s3.optional(),
    kafka: kafka.optional(),
    nats: nats.optional(),
    http: http.optional(),
  },
  exactlyOne("sqs", "sns", "s3", "kafka", "nats", "http"),
);

export const deadLetter = object(
  `Gets the payload of each asynchronous event that was given up. Part of every published version. ${notServed}`,
  { sqs: sqs.optional(), sns: sns.optional(), nats: nats.optional(), http: http.optional() },
  exactlyOne("sqs", "sns", "nats", "http"),
);

export const asyncInvoke = object(
  `How asynchronous events are retried, and where their results go. ${notServed}`,
  {
    maximumRetryAttempts: integer(
      "Retries after a function error, 0 to 2.",
      0,
      limits.asyncRetriesMax,
    ).default(limits.asyncRetriesMax),
    maximumEventAge: integer(
      "Seconds an event may wait, 60 to 21600; older ones are given up.",
      limits.asyncEventAgeSecondsMin,
      limits.asyncEventAgeSecondsMax,
    ).default(limits.asyncEventAgeSecondsMax),
    destinations: object("Where records of results go.", {
      onSuccess: onSuccess.optional(),
      onFailure: onFailure.optional(),
    }).optional(),
  },
);
