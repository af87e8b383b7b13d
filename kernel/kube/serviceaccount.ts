/** Credentials in a cluster: the mounted ServiceAccount token, re-read because the kubelet rotates it. */
import { readFile } from "node:fs/promises";
import type { ClockDep } from "../clock/clock.ts";
import type { Credentials } from "./credentials.ts";

const accountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The kubelet replaces the token well before it expires; a minute late is harmless. */
const tokenAgeMsMax = 60_000;

export function serviceAccountCredentials(
  deps: ClockDep,
  host: string,
  environment: Record<string, string | undefined>,
): Credentials {
  const port = environment.KUBERNETES_SERVICE_PORT ?? "443";
  const caInProcess = environment.NODE_EXTRA_CA_CERTS !== undefined;
  let token: { text: string; readAt: number } | undefined;
  let ca: string | undefined;
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    async headers() {
      const now = deps.clock.monotonicMs();
      if (token === undefined || now - token.readAt > tokenAgeMsMax) {
        token = { text: (await readFile(`${accountDirectory}/token`, "utf8")).trim(), readAt: now };
      }
      return { authorization: `Bearer ${token.text}` };
    },
    async tls() {
      // A CA the whole process trusts already lets connections be pooled; a `tls` option of our own would not.
      if (caInProcess) return undefined;
      ca ??= await readFile(`${accountDirectory}/ca.crt`, "utf8");
      return { ca };
    },
  };
}
