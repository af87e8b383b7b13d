/** The little of the Kubernetes API that bringing a cluster up needs, with a client certificate from memory. */
import { Agent, request } from "node:https";
import type { Authority, KeyPair } from "./pki.ts";

const answerMillisecondsMax = 10_000;

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

export interface Api {
  /** Status 0 stands for an API server that could not be reached. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>;
  /** Server-side apply; throws when it is refused. */
  apply(object: KubeObject): Promise<void>;
  close(): void;
}

export function openApi(server: string, authority: Authority, admin: KeyPair): Api {
  const agent = new Agent({
    keepAlive: true,
    ca: authority.certificate,
    cert: admin.certificate,
    key: admin.key,
  });
  const send = (method: string, path: string, body?: KubeObject) =>
    new Promise<{ status: number; body: string }>((resolve) => {
      const sent = request(`${server}${path}`, {
        method,
        agent,
        timeout: answerMillisecondsMax,
        headers: body ? { "content-type": "application/apply-patch+yaml" } : {},
      });
      const unreachable = (error: Error) => resolve({ status: 0, body: error.message });
      sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
      sent.on("error", unreachable);
      sent.on("response", (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => {
          text += chunk;
        });
        answer.on("error", unreachable);
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
      });
      sent.end(body ? JSON.stringify(body) : undefined);
    });
  return {
    get: (path) => send("GET", path),
    async apply(object) {
      const { status, body } = await send(
        "PATCH",
        `${objectPath(object)}?fieldManager=kambda-cluster&force=true`,
        object,
      );
      if (status < 200 || status > 299) {
        throw new Error(`applying ${object.kind} ${object.metadata.name}: ${status} ${body}`);
      }
    },
    close: () => agent.destroy(),
  };
}

/** Regular plurals only; the cluster's own objects have no others. */
function objectPath({ apiVersion, kind, metadata }: KubeObject): string {
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  const plural = kind.endsWith("s") ? `${kind}es` : `${kind}s`;
  return `${base}${place}/${plural.toLowerCase()}/${metadata.name}`;
}
