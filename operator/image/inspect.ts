/**
 * What an image starts by itself: its ENTRYPOINT, CMD and WORKDIR, read from its registry by the OCI distribution API through
 * the egress port. Needed because in an environment the supervisor is started, and it starts what the image would have.
 */
import { z } from "zod";
import { limits } from "../../crds/limits.ts";
import { silencedVariables } from "../../crds/link/messages.ts";
import { sha256Of } from "../code/sha256.ts";
import { EgressError } from "../egress/error.ts";
import type { Egress, EgressDep } from "../egress/request.ts";
import type { Credentials, CredentialsOf } from "./credentials.ts";
import { type ImageReference, parseImage, versionForm } from "./reference.ts";

export interface ImageConfig {
  /** Of the manifest or index that the reference names now: with it the image is one exact image. */
  digest: string;
  entryPoint: string[];
  command: string[];
  workingDirectory: string | undefined;
  /** Of its ENV what its pod silences; the rest reaches its program by itself. */
  variables: Record<string, string>;
}

/** `reason` completes the sentence "its registry was asked, but …". */
export type Inspected = { found: ImageConfig } | { found: undefined; reason: string };

/** A manifest or config of an image is a few KB; the specification asks registries to take 4 MB. */
const documentBytesMax = 4 * 1024 * 1024;

const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const indexSchema = z.object({
  manifests: z.array(
    z.object({
      digest: z.string().regex(versionForm),
      platform: z.object({ os: z.string(), architecture: z.string() }).partial().optional(),
    }),
  ),
});
const manifestSchema = z.object({ config: z.object({ digest: z.string().regex(versionForm) }) });
const configSchema = z.object({
  config: z
    .object({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
    })
    .nullish(),
});

export async function inspectImage(
  { egress }: EgressDep,
  uri: string,
  architecture: "x86_64" | "arm64",
  credentialsOf: CredentialsOf = async () => undefined,
): Promise<Inspected> {
  const reference = parseImage(uri);
  if (reference === undefined) return { found: undefined, reason: "the reference is none" };
  try {
    const read = openRepository(egress, reference, credentialsOf);
    const top = await read(`manifests/${reference.version}`);
    const index = indexSchema.safeParse(top.json);
    const goArchitecture = architecture === "arm64" ? "arm64" : "amd64";
    const chosen = index.data?.manifests.find(
      ({ platform }) => platform?.os === "linux" && platform.architecture === goArchitecture,
    );
    if (index.success && chosen === undefined) {
      return { found: undefined, reason: `the image is not built for ${architecture}` };
    }
    const document = chosen === undefined ? top : await read(`manifests/${chosen.digest}`);
    const manifest = manifestSchema.parse(document.json);
    const { config } = configSchema.parse((await read(`blobs/${manifest.config.digest}`)).json);
    return {
      found: {
        digest: `sha256:${sha256Of(top.bytes).hex}`,
        entryPoint: config?.Entrypoint ?? [],
        command: config?.Cmd ?? [],
        workingDirectory: config?.WorkingDir === "" ? undefined : (config?.WorkingDir ?? undefined),
        variables: silencedOf(config?.Env ?? []),
      },
    };
  } catch (error) {
    if (error instanceof EgressError) return { found: undefined, reason: error.message };
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return { found: undefined, reason: "it did not answer as registries do" };
    }
    throw error;
  }
}

/** Those set to nothing are so in the pod as well. */
function silencedOf(env: readonly string[]): Record<string, string> {
  const pairs = env.map((line) => {
    const [name = ""] = line.split("=", 1);
    return [name, line.slice(name.length + 1)] as const;
  });
  const isSilenced = (name: string) => silencedVariables.some((one) => one === name);
  return Object.fromEntries(
    pairs.filter(
      ([name, value]) =>
        isSilenced(name) && value.length > 0 && value.length <= limits.imageVariableLengthMax,
    ),
  );
}

interface Document {
  bytes: Uint8Array;
  json: unknown;
}
type Read = (path: string) => Promise<Document>;

/** Asks without credentials, then once as the registry challenges: with a token or a password, or anonymously if there is none. */
function openRepository(
  egress: Egress,
  { registry, repository }: ImageReference,
  credentialsOf: CredentialsOf,
): Read {
  const scheme = /^(localhost|127\.)/.test(registry) ? "http" : "https";
  let authorization: string | undefined;
  return async (path) => {
    const url = `${scheme}://${registry}/v2/${repository}/${path}`;
    const get = () =>
      egress.request({
        url,
        method: "GET",
        bytesMax: documentBytesMax,
        headers: { accept: manifestTypes, ...(authorization === undefined ? {} : { authorization }) },
      });
    let response = await get();
    const challenge = response.headers["www-authenticate"];
    if (response.status === 401 && authorization === undefined && challenge !== undefined) {
      const credentials = await credentialsOf(registry);
      authorization = /^basic /i.test(challenge)
        ? basic(credentials)
        : await bearer(egress, challenge, repository, credentials);
      response = await get();
    }
    if (response.status !== 200) {
      throw new EgressError("status", `${registry} answers ${response.status}`, { status: response.status });
    }
    return { bytes: response.body, json: JSON.parse(response.body.toString("utf8")) };
  };
}

const tokenSchema = z.object({ token: z.string().optional(), access_token: z.string().optional() });

function basic(credentials: Credentials | undefined): string {
  if (credentials === undefined) throw wanting();
  const { username, password } = credentials;
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

const wanting = () => new EgressError("status", "the registry wants credentials", { status: 401 });

/** https://distribution.github.io/distribution/spec/auth/token/ */
async function bearer(
  egress: Egress,
  challenge: string,
  repository: string,
  credentials: Credentials | undefined,
): Promise<string> {
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]),
  );
  const realm = URL.parse(parameters.realm ?? "");
  if (realm === null) throw wanting();
  // A password goes over TLS or not at all.
  if (credentials !== undefined && realm.protocol !== "https:") throw wanting();
  if (parameters.service !== undefined) realm.searchParams.set("service", parameters.service);
  realm.searchParams.set("scope", `repository:${repository}:pull`);
  const headers = credentials === undefined ? {} : { headers: { authorization: basic(credentials) } };
  const response = await egress.request({
    url: realm.href,
    method: "GET",
    bytesMax: documentBytesMax,
    ...headers,
  });
  const answer = response.status === 200 ? tokenSchema.parse(JSON.parse(response.body.toString("utf8"))) : {};
  const token = answer.token ?? answer.access_token;
  if (token === undefined) throw wanting();
  return `Bearer ${token}`;
}
