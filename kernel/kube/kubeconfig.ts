/** Credentials from a kubeconfig file, outside a cluster; imported only there, since its library is large. */
import { KubeConfig } from "@kubernetes/client-node";
import type { ClientTls, Credentials } from "./credentials.ts";

/** `path` absent: `~/.kube/config`. Client certificates, tokens and exec plugins all work. */
export function kubeconfigCredentials(path: string | undefined): Credentials {
  const config = new KubeConfig();
  if (path === undefined) config.loadFromDefault();
  else config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error(`no current cluster in the kubeconfig ${path ?? "~/.kube/config"}`);
  const ask = async () => {
    const options: Parameters<KubeConfig["applyToHTTPSOptions"]>[0] = {};
    await config.applyToHTTPSOptions(options);
    return options;
  };
  return {
    server: cluster.server.replace(/\/$/, ""),
    async headers() {
      const { headers } = await ask();
      const out: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers ?? {})) {
        if (typeof value === "string") out[name.toLowerCase()] = value;
      }
      return out;
    },
    async tls() {
      const { ca, cert, key } = await ask();
      const tls: ClientTls = {};
      if (ca !== undefined) tls.ca = String(ca);
      if (cert !== undefined) tls.cert = String(cert);
      if (key !== undefined) tls.key = String(key);
      if (cluster.skipTLSVerify) tls.rejectUnauthorized = false;
      return tls;
    },
  };
}
