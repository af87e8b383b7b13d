/** Paths of the Runtime API to the calls of the session that is alive; everything else is 404, as in Lambda. */
import { type Exchange, type Handle, ignored } from "./http/connection.ts";
import { notFound, pong, unassigned, wrongMethod } from "./replies.ts";
import type { Session } from "./session.ts";

const base = "/2018-06-01";
const invocation = /^\/2018-06-01\/runtime\/invocation\/([^/?]{1,128})\/(response|error)$/;

/** `current` gives the session of the runtime process that runs, if one does. */
export function createRoutes(current: () => Session | undefined): Handle {
  return (exchange) => {
    const { method, path } = exchange.head;
    const found = find(path);
    if (found === undefined) return answer(exchange, notFound);
    if (method !== found.method) return answer(exchange, wrongMethod);
    if (found.call === undefined) return answer(exchange, pong);
    const session = current();
    return session === undefined ? answer(exchange, unassigned) : found.call(session, exchange);
  };
}

interface Route {
  method: "GET" | "POST";
  call?: (session: Session, exchange: Exchange) => ReturnType<Handle>;
}

const next: Route = { method: "GET", call: (session, exchange) => session.next(exchange) };
const initError: Route = { method: "POST", call: (session, exchange) => session.initError(exchange) };
const restoreNext: Route = { method: "GET", call: (session, exchange) => session.restoreNext(exchange) };
const restoreError: Route = { method: "POST", call: (session, exchange) => session.restoreError(exchange) };
const ping: Route = { method: "GET" };

function find(path: string): Route | undefined {
  if (path === `${base}/runtime/invocation/next`) return next;
  if (path === `${base}/runtime/init/error`) return initError;
  if (path === `${base}/runtime/restore/next`) return restoreNext;
  if (path === `${base}/runtime/restore/error`) return restoreError;
  if (path === `${base}/ping`) return ping;
  const match = invocation.exec(path);
  if (match === null) return undefined;
  const [, requestId = "", verb] = match;
  return {
    method: "POST",
    call: (session, exchange) =>
      verb === "response" ? session.response(exchange, requestId) : session.error(exchange, requestId),
  };
}

function answer(exchange: Exchange, reply: Parameters<Exchange["reply"]>[0]): ReturnType<Handle> {
  exchange.reply(reply);
  return ignored;
}
