/**
 * What a private registry wants to see: the credentials of the pull Secrets that environments in the namespace use, as the
 * kubelet would find them there. Where the operator may read no Secrets it asks without, and the registry says no by itself.
 */
import { z } from "zod";
import { isReason, type KubeDep } from "../../kernel/kube/port.ts";
import { resources } from "../../kernel/kube/resources.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";

export interface Credentials {
  username: string;
  password: string;
}

/** By the registry that is to be asked, and no other. */
export type CredentialsOf = (registry: string) => Promise<Credentials | undefined>;

export function pullCredentials({ kube, settings }: KubeDep & SettingsDep, namespace: string): CredentialsOf {
  return async (registry) => {
    for (const name of settings.images.pullSecrets) {
      const secret = await kube.get(resources.secrets, { namespace, name }).catch((error: unknown) => {
        if (!isReason(error, "Forbidden")) throw error;
        return undefined;
      });
      const found = credentialsIn(secret, registry);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

const secretSchema = z.object({ data: z.object({ ".dockerconfigjson": z.string() }) });
const configSchema = z.object({
  auths: z.record(
    z.string(),
    z.object({ auth: z.string(), username: z.string(), password: z.string() }).partial(),
  ),
});

/** Pure. What is no pull Secret holds none. */
export function credentialsIn(secret: unknown, registry: string): Credentials | undefined {
  const parsed = secretSchema.safeParse(secret);
  if (!parsed.success) return undefined;
  const config = configSchema.safeParse(readJson(parsed.data.data[".dockerconfigjson"]));
  const entries = Object.entries(config.data?.auths ?? {});
  const entry = entries.find(([name]) => hostOf(name) === dockerName(registry))?.[1];
  if (entry === undefined) return undefined;
  const { username, password, auth = "" } = entry;
  if (username !== undefined && password !== undefined) return { username, password };
  const [user = "", ...rest] = Buffer.from(auth, "base64").toString("utf8").split(":");
  return rest.length === 0 ? undefined : { username: user, password: rest.join(":") };
}

/** `docker login` writes hosts, and for Docker's own registry an address of its first version. */
function hostOf(name: string): string {
  const host = name.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return dockerName(host);
}

function dockerName(host: string): string {
  return /^(registry-1\.|index\.)?docker\.io$/.test(host) ? "docker.io" : host;
}

function readJson(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64").toString("utf8"));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
