/**
 * The one way out for whatever is fetched on a user's behalf: the name is resolved once, the address judged and exactly that
 * one dialled, each redirect the same again; bytes and time are bounded; nothing of the answer gets into errors.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { EgressError } from "./error.ts";
import { type ResolveDep, type Target, targetOf } from "./target.ts";

export interface EgressRequest {
  url: string;
  method: "GET" | "HEAD" | "POST" | "PUT";
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** Of the answer's body; one more is an error. */
  bytesMax: number;
}

export interface EgressResponse {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface Egress {
  /** Resolves for any status that is not followed; throws EgressError. */
  request(request: EgressRequest): Promise<EgressResponse>;
}

export interface EgressDep {
  egress: Egress;
}

export function createEgress(deps: ClockDep & SettingsDep & ResolveDep): Egress {
  const { settings, clock } = deps;
  const { timeoutMsMax, redirectsMax } = settings.egress;
  return {
    async request(request) {
      const limit = new AbortController();
      const disarm = clock.after(timeoutMsMax, () => limit.abort());
      const late = Promise.withResolvers<never>();
      limit.signal.addEventListener("abort", () =>
        late.reject(new EgressError("timeout", `${hostOf(request.url)} took longer than ${timeoutMsMax} ms`)),
      );
      try {
        return await Promise.race([follow(deps, request, redirectsMax, limit.signal), late.promise]);
      } finally {
        disarm();
        limit.abort();
        late.promise.catch(() => undefined);
      }
    },
  };
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

async function follow(
  deps: SettingsDep & ResolveDep,
  request: EgressRequest,
  redirectsLeft: number,
  signal: AbortSignal,
): Promise<EgressResponse> {
  const target = await targetOf(deps, request.url);
  const response = await exchange(target, request, signal);
  const { location } = response.headers;
  if (!redirects.has(response.status) || location === undefined) return response;
  if (redirectsLeft === 0)
    throw new EgressError("refused", `${target.url.host} redirects too often: name the address it leads to`);
  if (request.method !== "GET" && request.method !== "HEAD") return response;
  const next = URL.parse(location, target.url.href);
  if (next === null) throw new EgressError("refused", `${target.url.host} redirects to no URL`);
  if (target.url.protocol === "https:" && next.protocol === "http:") {
    throw new EgressError(
      "refused",
      `${target.url.host} redirects from https to http, which is not followed: name an https address`,
    );
  }
  // Credentials were meant for the first host only.
  const headers = next.origin === target.url.origin ? request.headers : undefined;
  const { headers: _sent, ...rest } = request;
  const again = { ...rest, url: next.href, ...(headers === undefined ? {} : { headers }) };
  return follow(deps, again, redirectsLeft - 1, signal);
}

function exchange(target: Target, request: EgressRequest, signal: AbortSignal): Promise<EgressResponse> {
  const { url } = target;
  const isTls = url.protocol === "https:";
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error instanceof EgressError ? error : unreachable(url, error));
    const outgoing = (isTls ? httpsRequest : httpRequest)(
      {
        host: target.hostname,
        port: target.port,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { host: url.host, "user-agent": "kambda", ...request.headers },
        createConnection: () => dial(target, isTls),
        signal,
      },
      (incoming) => {
        readBody(incoming, url, request.bytesMax).then(
          (body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
          (error: unknown) => {
            outgoing.destroy();
            fail(error);
          },
        );
      },
    );
    outgoing.on("error", fail);
    outgoing.end(request.body);
  });
}

/** The address judged, not the name: a second look-up could give another. */
function dial({ address, port, hostname }: Target, isTls: boolean): Socket {
  if (!isTls) return connectPlain({ host: address, port });
  const isName = hostname !== address;
  return connectTls({ host: address, port, ...(isName ? { servername: hostname } : {}) });
}

async function readBody(incoming: IncomingMessage, url: URL, bytesMax: number): Promise<Buffer> {
  const tooLarge = () => new EgressError("tooLarge", `${url.host} answers with more than ${bytesMax} bytes`);
  if (Number(incoming.headers["content-length"] ?? 0) > bytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  if (!incoming.complete) throw new EgressError("unreachable", `${url.host} broke off its answer`);
  return Buffer.concat(chunks);
}

function unreachable(url: URL, cause: unknown): EgressError {
  const code =
    typeof cause === "object" && cause !== null && "code" in cause ? ` (${String(cause.code)})` : "";
  return new EgressError("unreachable", `${url.host} cannot be reached${code}`, { cause });
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? "the URL";
}
