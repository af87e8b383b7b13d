/** One request to the API server: credentials on, a time limit on, and refusals turned into the port's one error. */
import type { Credentials } from "./credentials.ts";
import { KubeError, type KubeStatus } from "./port.ts";

export interface Ask {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path and query. */
  path: string;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
}

/** The API server answers its own webhooks' slowest path within this. */
export const requestMsMax = 35_000;

/** `fetch` with the one option of Bun's that the standard type lacks. */
type Fetch = (url: string, init: RequestInit & { tls?: unknown; timeout?: false }) => Promise<Response>;

export type Request = (ask: Ask) => Promise<Response>;

/** Resolves with a response that says 2xx; anything else throws KubeError. */
export function createRequest(credentials: Credentials, fetch: Fetch = globalThis.fetch): Request {
  return async (ask) => {
    const doing = `${ask.method} ${ask.path}`;
    const response = await send(credentials, fetch, ask).catch((error: unknown) => {
      throw unreachable(doing, error);
    });
    if (response.ok) return response;
    throw new KubeError(doing, await statusOf(response));
  };
}

/** The answer as JSON. One that broke off, or is none, throws KubeError as no answer does. */
export async function readJson(request: Request, ask: Ask): Promise<unknown> {
  const response = await request(ask);
  try {
    return await response.json();
  } catch (cause) {
    throw unreachable(`${ask.method} ${ask.path}`, cause);
  }
}

/** No answer came, or it broke off. */
export function unreachable(doing: string, cause: unknown): KubeError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new KubeError(doing, { code: 0, reason: "Unreachable", message }, { cause });
}

async function send(credentials: Credentials, fetch: Fetch, ask: Ask): Promise<Response> {
  const [headers, tls] = await Promise.all([credentials.headers(), credentials.tls()]);
  const body = ask.body === undefined ? undefined : JSON.stringify(ask.body);
  return fetch(credentials.server + ask.path, {
    method: ask.method,
    headers: {
      ...headers,
      accept: ask.accept ?? "application/json",
      ...(body === undefined ? {} : { "content-type": ask.contentType ?? "application/json" }),
    },
    ...(body === undefined ? {} : { body }),
    ...(tls === undefined ? {} : { tls }),
    // A watch lives as long as the server lets it; its silence is guarded by the reflector instead.
    timeout: false,
    signal: ask.signal ?? AbortSignal.timeout(requestMsMax),
  });
}

async function statusOf(response: Response): Promise<KubeStatus> {
  const text = await response.text().catch((error: unknown) => `no body: ${String(error)}`);
  const status = parseStatus(text);
  return {
    code: response.status,
    reason: status?.reason ?? reasonByCode[response.status] ?? "Unknown",
    message: status?.message ?? `HTTP ${response.status} ${text.slice(0, 500)}`,
  };
}

/** A proxy before the API server answers without a Status; its code still says the reason. */
const reasonByCode: Record<number, string> = {
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  410: "Expired",
  422: "Invalid",
  429: "TooManyRequests",
  503: "ServiceUnavailable",
};

function parseStatus(text: string): { reason?: string; message?: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch (cause) {
    // A proxy's page, or a Status cut off: the HTTP code still says the reason.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
