/** The AWS SDKs lie in the images, as Lambda has them: code that does not bring its own finds them, code that does gets its own. */
import { type Behaviour, behaviours } from "../harness/behaviour.ts";
import { rootfsOf } from "../harness/rootfs.ts";

const variables = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "s" };

const node: Behaviour[] = [
  {
    title: "an ES module imports a client of the AWS SDK, and signs with it",
    files: {
      "index.mjs": `import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
        import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
        export const handler = async () => {
          const url = await getSignedUrl(new S3Client({}), new GetObjectCommand({ Bucket: "photos", Key: "k" }));
          return new URL(url).host;
        };`,
    },
    assignment: { variables, memorySizeMb: 512, timeoutMs: 10_000 },
    answer: "photos.s3.us-east-1.amazonaws.com",
  },
  {
    title: "a CommonJS module requires one",
    files: {
      "index.cjs": `const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
        const { DynamoDBDocumentClient } = require("@aws-sdk/lib-dynamodb");
        exports.handler = async () => typeof DynamoDBDocumentClient.from(new DynamoDBClient({})).send;`,
    },
    assignment: { variables, memorySizeMb: 512, timeoutMs: 10_000 },
    answer: "function",
  },
  {
    title: "a client the function brings itself is taken instead",
    files: {
      "node_modules/@aws-sdk/client-s3/package.json": '{"main":"index.js"}',
      "node_modules/@aws-sdk/client-s3/index.js": "exports.mine = true",
      "index.mjs": `import s3 from "@aws-sdk/client-s3"; export const handler = async () => s3.mine;`,
    },
    answer: true,
  },
];

const python: Behaviour[] = [
  {
    title: "a module imports boto3, and signs with it",
    files: {
      "index.py": `import boto3
def handler(event, context):
    return boto3.client("s3").generate_presigned_url("get_object", Params={"Bucket": "photos", "Key": "k"}).split("?")[0]`,
    },
    assignment: { variables, memorySizeMb: 512, timeoutMs: 10_000 },
    answer: /^https:\/\/photos\.s3[.\w-]*\.amazonaws\.com\/k$/,
  },
  {
    title: "a boto3 the function brings itself is taken instead",
    files: {
      "boto3.py": "MINE = True",
      "index.py": "import boto3\ndef handler(event, context): return boto3.MINE",
    },
    answer: true,
  },
];

const tables = { "nodejs20.x": node, "nodejs24.x": node, "python3.11": python, "python3.13": python };
for (const [runtime, table] of Object.entries(tables)) {
  const language = { runtime, rootfs: await rootfsOf(`runtime-${runtime}`) };
  behaviours(
    runtime,
    table.map((behaviour) => ({ ...behaviour, language })),
  );
}
