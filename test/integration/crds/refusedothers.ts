/** The same for the kinds that build on a Function. */
import type { Manifest } from "../../support/kubectl.ts";
import type { Refused } from "./refused.ts";

type Spec = Record<string, unknown>;

function of(kind: string, good: Spec) {
  return (title: string, spec: Spec, says: string): Refused => ({
    title: `${kind}: ${title}`,
    manifest: anObject(kind, "hello.x", { ...good, ...spec }),
    says,
  });
}

export function anObject(kind: string, name: string, spec: Spec): Manifest {
  return { apiVersion: "kambda.dev/v1alpha1", kind, metadata: { name }, spec } as Manifest;
}

const scaling = { minCapacity: 1, maxCapacity: 2 };
const sqs = { sqs: { queueUrl: "https://q/x" } };
const fifo = { sqs: { queueUrl: "https://q/x.fifo" } };
const stream = { kinesis: { streamName: "s" } };
const table = { dynamodb: { streamArn: "arn:aws:dynamodb:r:123456789012:table/t/stream/1" } };

export const goodVersion: Spec = { functionName: "hello" };
const version = of("Version", goodVersion);
export const goodAlias: Spec = { functionName: "hello", name: "live", functionVersion: "1" };
const alias = of("Alias", goodAlias);
export const goodMapping: Spec = { functionName: "hello:live", source: sqs };
const mapping = of("EventSourceMapping", goodMapping);
export const goodLayer: Spec = { layerName: "lib", content: { inline: { "nodejs/a.js": "1" } } };
const layer = of("LayerVersion", goodLayer);
export const goodRevision: Spec = {
  functionName: "hello",
  functionVersion: "$LATEST",
  packageType: "Zip",
  code: {
    archiveSha256: "0".repeat(64),
    archiveBytes: 1,
    codeSha256: `${"A".repeat(43)}=`,
    codeSize: 1,
  },
  runtime: "nodejs24.x",
  handler: "index.handler",
  memorySize: 128,
  timeout: 3,
  ephemeralStorage: { size: 512 },
  architectures: ["x86_64"],
  logging: {},
  tracing: {},
  snapStart: {},
};
const revision = of("Revision", goodRevision);

const weights = (second: Record<string, number>) => ({ routingConfig: { additionalVersionWeights: second } });

export const refusedOthers: Refused[] = [
  version("no function", { functionName: undefined }, "spec.functionName: Required value"),
  version(
    "a code hash in hexadecimal",
    { codeSha256: "0".repeat(64) },
    "must be a SHA-256 in base64, 44 characters",
  ),
  version(
    "a schedule that is none",
    {
      provisionedConcurrency: 1,
      provisionedConcurrencyScaling: {
        ...scaling,
        schedules: [{ name: "s", schedule: "daily", ...scaling }],
      },
    },
    "must be cron(…), rate(…) or at(…)",
  ),
  version(
    "scaling of nothing",
    { provisionedConcurrencyScaling: scaling },
    "provisionedConcurrencyScaling needs provisionedConcurrency",
  ),
  version(
    "a least above the most",
    { provisionedConcurrency: 1, provisionedConcurrencyScaling: { minCapacity: 3, maxCapacity: 2 } },
    "minCapacity must not be above maxCapacity",
  ),

  alias("a weight above 1", weights({ "2": 1.5 }), "should be less than or equal to 1"),
  alias("a negative weight", weights({ "2": -0.1 }), "should be greater than or equal to 0"),
  alias("two further versions", weights({ "2": 0.1, "3": 0.1 }), "must have at most 1 item"),
  alias(
    "a weighted $LATEST",
    { functionVersion: "$LATEST", ...weights({ "2": 0.1 }) },
    "a weighted alias cannot point to $LATEST",
  ),
  alias("weight for $LATEST", weights({ $LATEST: 0.1 }), "never $LATEST and never an alias"),
  alias("weight for an alias", weights({ live: 0.1 }), "never $LATEST and never an alias"),
  alias(
    "weight for its own version",
    weights({ "1": 0.1 }),
    "additionalVersionWeights names another version than functionVersion",
  ),
  alias(
    "no version",
    { functionVersion: undefined },
    "exactly one of functionVersion and versionRef is needed",
  ),
  alias("an alias as version", { functionVersion: "live" }, "or $LATEST; an alias cannot point to an alias"),
  alias(
    "a number as name",
    { name: "12" },
    "must be letters, digits, hyphens and underscores, and not digits only",
  ),
  alias(
    "weights and a rollout",
    { ...weights({ "2": 0.1 }), rollout: { type: "Linear", stepPercent: 10, interval: 60 } },
    "rollout sets the weights itself",
  ),
  alias(
    "provisioned $LATEST",
    { functionVersion: "$LATEST", provisionedConcurrency: 1 },
    "provisionedConcurrency needs a published version",
  ),
  alias(
    "scaling of nothing",
    { provisionedConcurrencyScaling: scaling },
    "provisionedConcurrencyScaling needs provisionedConcurrency",
  ),

  mapping("no source", { source: {} }, "exactly one event source is needed"),
  mapping("two sources", { source: { ...sqs, ...stream } }, "exactly one event source is needed"),
  mapping(
    "a stream named twice",
    {
      source: { kinesis: { streamName: "s", streamArn: "arn:aws:kinesis:r:123456789012:stream/s" } },
      startingPosition: "LATEST",
    },
    "exactly one of streamArn and streamName is needed",
  ),
  mapping(
    "a stream without a start",
    { source: stream },
    "startingPosition is needed for kinesis and dynamodb",
  ),
  mapping(
    "a queue with a start",
    { startingPosition: "LATEST" },
    "startingPosition goes with kinesis, dynamodb, kafka and nats only",
  ),
  mapping(
    "a time without AT_TIMESTAMP",
    { source: stream, startingPosition: "LATEST", startingPositionTimestamp: "2026-01-01T00:00:00Z" },
    "go together",
  ),
  mapping(
    "a table's stream from a time",
    { source: table, startingPosition: "AT_TIMESTAMP", startingPositionTimestamp: "2026-01-01T00:00:00Z" },
    "dynamodb streams start at TRIM_HORIZON or LATEST",
  ),
  mapping(
    "parallel batches of a queue",
    { parallelizationFactor: 2 },
    "parallelizationFactor goes with kinesis and dynamodb only",
  ),
  mapping("windows of a queue", { tumblingWindow: 2 }, "tumblingWindow goes with kinesis and dynamodb only"),
  mapping("bisecting a queue", { bisectBatchOnFunctionError: true }, "bisectBatchOnFunctionError goes with"),
  mapping("retries of a queue", { maximumRetryAttempts: 2 }, "maximumRetryAttempts goes with"),
  mapping("record age of a queue", { maximumRecordAge: 60 }, "maximumRecordAge goes with"),
  mapping(
    "record age of 59 seconds",
    { source: stream, startingPosition: "LATEST", maximumRecordAge: 59 },
    "maximumRecordAge is -1, or 60 to 604800 seconds",
  ),
  mapping(
    "scaling of a stream",
    { source: stream, startingPosition: "LATEST", scalingConfig: { maximumConcurrency: 2 } },
    "scalingConfig goes with sqs only",
  ),
  mapping(
    "partial failures of ActiveMQ",
    { source: { activemq: { host: "h", queue: "q" } }, functionResponseTypes: ["ReportBatchItemFailures"] },
    "functionResponseTypes goes with",
  ),
  mapping(
    "a queue's failure destination",
    { destinations: { onFailure: { http: { url: "http://x" } } } },
    "destinations goes with",
  ),
  mapping(
    "an empty failure destination",
    { source: stream, startingPosition: "LATEST", destinations: { onFailure: {} } },
    "exactly one of sqs, sns, s3, kafka, nats and http is needed",
  ),
  mapping(
    "scaling and provisioned pollers",
    { scalingConfig: { maximumConcurrency: 2 }, provisionedPollerConfig: { minimumPollers: 2 } },
    "do not go together",
  ),
  mapping(
    "large batches of a FIFO queue",
    { source: fifo, batchSize: 11, maximumBatchingWindow: 1 },
    "batchSize may be 10 at most for a FIFO queue",
  ),
  mapping(
    "a window of a FIFO queue",
    { source: fifo, maximumBatchingWindow: 1 },
    "maximumBatchingWindow does not go with a FIFO queue",
  ),
  mapping(
    "large batches without a window",
    { batchSize: 11 },
    "needs a maximumBatchingWindow of at least 1 second",
  ),
  mapping(
    "a function that is none",
    { functionName: "a b" },
    "must be a function's name, account:function:name or an ARN",
  ),

  layer("no content", { content: {} }, "one of inline, zipFile, configMap, url and s3"),
  layer("an image as content", { content: { imageUri: "x" } }, 'unknown field "spec.content.imageUri"'),

  revision(
    "an image without one",
    { packageType: "Image" },
    "packageType Zip needs code and runtime, packageType Image needs image",
  ),
  revision(
    "a version that is an alias",
    { functionVersion: "live" },
    "spec.functionVersion in body should match",
  ),
];
