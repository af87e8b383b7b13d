/** Code from an S3 bucket, AWS's or any compatible one. The SDK signs; the egress port carries. */
import { Readable } from "node:stream";
import { GetObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { z } from "zod";
import { limits } from "../../crds/limits.ts";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { EgressError } from "../egress/error.ts";
import type { Egress, EgressDep } from "../egress/request.ts";
import { CodeError } from "./error.ts";
import type { CodeSource } from "./source.ts";
import { fromEgress } from "./url.ts";

type Wanted = (CodeSource & { from: "s3" })["s3"];

/** Tries of one request: the queue tries again later anyway. */
const attemptsMax = 2;

export async function fetchS3(
  deps: KubeDep & EgressDep & SettingsDep,
  namespace: string,
  wanted: Wanted,
): Promise<Uint8Array> {
  const credentials = await credentialsOf(deps, namespace, wanted.credentialsSecret?.name);
  const client = new S3Client({
    region: wanted.region ?? deps.settings.account.region,
    maxAttempts: attemptsMax,
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: createHandler(deps.egress),
    credentials: credentials ?? { accessKeyId: "anonymous", secretAccessKey: "anonymous" },
    // A bucket that is open to everybody wants no signature.
    ...(credentials === undefined ? { signer: { sign: async (request) => request } } : {}),
    ...(wanted.endpoint === undefined ? {} : { endpoint: wanted.endpoint }),
    forcePathStyle: wanted.forcePathStyle ?? wanted.endpoint !== undefined,
  });
  try {
    const object = await client.send(
      new GetObjectCommand({
        Bucket: wanted.bucket,
        Key: wanted.key,
        ...(wanted.objectVersion === undefined ? {} : { VersionId: wanted.objectVersion }),
      }),
    );
    return (await object.Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    throw toCodeError(error, wanted, namespace);
  } finally {
    client.destroy();
  }
}

/** What the SDK hands over, and takes back, of an HTTP exchange. */
interface SdkRequest {
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  method: string;
  headers: Record<string, string>;
}

function createHandler(egress: Egress) {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request: SdkRequest) {
      const { status, headers, body } = await egress.request({
        url: urlOf(request),
        method: request.method === "HEAD" ? "HEAD" : "GET",
        headers: request.headers,
        bytesMax: limits.zipBytesMax,
      });
      return { response: { statusCode: status, headers: flat(headers), body: Readable.from([body]) } };
    },
    destroy: () => undefined,
  };
}

function urlOf({ protocol, hostname, port, path, query = {} }: SdkRequest): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ""].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  const search = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}${search}`;
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, [value].flat().join(", ")]],
    ),
  );
}

const secretSchema = z.object({
  data: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string().optional(),
  }),
});

/** Who was refused, as the API server names it: its namespace is the installation's. */
function refused(error: unknown): string {
  return /system:serviceaccount:([^:"]+:[^"]+)/.exec(String(error))?.[1] ?? "NAMESPACE:kambda-operator";
}

/** Only of namespaces that let us read their Secrets. */
async function credentialsOf({ kube }: KubeDep, namespace: string, name: string | undefined) {
  if (name === undefined) return undefined;
  const raw = await kube.get(resources.secrets, { namespace, name }).catch((error: unknown) => {
    if (!isReason(error, "Forbidden")) throw error;
    throw new CodeError(
      "SourceAccessDenied",
      `The operator may not read Secrets in namespace ${namespace}. Let it, or take the code from elsewhere: kubectl create rolebinding kambda-read-secrets -n ${namespace} --clusterrole=kambda-read-secrets --serviceaccount=${refused(error)}`,
      { cause: error, passing: true },
    );
  });
  if (raw === undefined) {
    throw new CodeError(
      "SourceNotFound",
      `Secret ${name} in namespace ${namespace} does not exist, but spec.code.s3.credentialsSecret names it: create it with the keys accessKeyId and secretAccessKey.`,
      { passing: true },
    );
  }
  const parsed = secretSchema.safeParse(raw);
  if (!parsed.success) {
    throw new CodeError(
      "InvalidConfiguration",
      `Secret ${name} in namespace ${namespace} needs the keys accessKeyId and secretAccessKey for spec.code.s3.`,
      { passing: true },
    );
  }
  const { accessKeyId, secretAccessKey, sessionToken } = parsed.data.data;
  return {
    accessKeyId: decoded(accessKeyId),
    secretAccessKey: decoded(secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken: decoded(sessionToken) }),
  };
}

function decoded(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8").trim();
}

/** S3 says by a code what is wrong; its message is the other side's text and stays out. */
function toCodeError(error: unknown, { bucket, key }: Wanted, namespace: string): unknown {
  if (error instanceof EgressError) return fromEgress(error, "spec.code.s3");
  if (!(error instanceof S3ServiceException)) return error;
  const code = /^[A-Za-z0-9]{1,64}$/.test(error.name) ? error.name : "an unknown error";
  const status = error.$metadata.httpStatusCode ?? 0;
  const object = `s3://${bucket}/${key}`;
  const passing = { cause: error, passing: true };
  if (status === 404) {
    return new CodeError(
      "SourceNotFound",
      `${object} does not exist (${code}): put the archive there, or change bucket and key in spec.code.s3.`,
      passing,
    );
  }
  if (status === 401 || status === 403) {
    return new CodeError(
      "SourceAccessDenied",
      `${object} may not be read (${code}): give the keys in spec.code.s3.credentialsSecret (namespace ${namespace}) the right to get it.`,
      passing,
    );
  }
  return new CodeError(
    "SourceUnreachable",
    `${object} cannot be read: S3 answers ${status} (${code}). It is tried again; spec.code.s3 names endpoint and region.`,
    passing,
  );
}
