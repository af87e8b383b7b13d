/** The listener on Bun.serve: the fast one. Its twin is `node.ts`; both pass the same contract test. */
import {
  type HttpBody,
  type HttpHandler,
  type HttpListener,
  type HttpRequest,
  type ListenerOptions,
  listenerLimits,
} from "./http.ts";

export function listenWithBun(options: ListenerOptions, handler: HttpHandler): HttpListener {
  const server = Bun.serve({
    hostname: options.host,
    port: options.port,
    maxRequestBodySize: options.bodyBytesMax,
    idleTimeout: Math.round(listenerLimits.stillMsMax / 1000),
    async fetch(request, self) {
      const wrapped = wrap(request, self.requestIP(request)?.address ?? "", () => self.timeout(request, 0));
      const { status, headers, body } = await handler(wrapped);
      return new Response(status === 204 || status === 304 ? null : (body as Bun.BodyInit), {
        status,
        headers,
      });
    },
    error: () => new Response("Internal Server Error", { status: 500 }),
  });
  return {
    port: server.port ?? options.port,
    close: () => server.stop(false),
  };
}

function wrap(request: Request, remoteAddress: string, bodyCame: () => void): HttpRequest {
  const { url } = request;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const fragment = url.indexOf("#", pathStart);
  const end = fragment < 0 ? url.length : fragment;
  const question = url.indexOf("?", pathStart);
  const pathEnd = question < 0 || question > end ? end : question;
  return {
    method: request.method,
    path: url.slice(pathStart, pathEnd),
    query: pathEnd === end ? "" : url.slice(pathEnd + 1, end),
    header: (name) => request.headers.get(name) ?? undefined,
    headers: () => request.headers.entries(),
    remoteAddress,
    async body() {
      const body = await read(request);
      // From here on we are the slow ones: a function may take 15 minutes.
      bodyCame();
      return body;
    },
    get signal() {
      return request.signal;
    },
  };
}

async function read(request: Request): Promise<HttpBody> {
  try {
    return { kind: "whole", bytes: await request.bytes() };
  } catch (error) {
    const isTooLarge = error instanceof Error && error.message.includes("maxRequestBodySize");
    return isTooLarge ? { kind: "tooLarge" } : { kind: "broken" };
  }
}
