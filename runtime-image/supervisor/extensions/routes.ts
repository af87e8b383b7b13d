/** Paths of the Extensions API to the calls of the session that is alive. */
import { type Exchange, type Handle, ignored } from "../runtime-api/http/connection.ts";
import { notFound, unassigned, wrongMethod } from "../runtime-api/replies.ts";
import type { ExtensionSession } from "./session.ts";

export const extensionsBase = "/2020-01-01/extension/";

interface Route {
  method: "GET" | "POST";
  call(session: ExtensionSession, exchange: Exchange): ReturnType<Handle>;
}

const routes: Record<string, Route> = {
  register: { method: "POST", call: (session, exchange) => session.register(exchange) },
  "event/next": { method: "GET", call: (session, exchange) => session.next(exchange) },
  "init/error": { method: "POST", call: (session, exchange) => session.error(exchange, "initError") },
  "exit/error": { method: "POST", call: (session, exchange) => session.error(exchange, "exitError") },
};

export function createExtensionRoutes(current: () => ExtensionSession | undefined): Handle {
  return (exchange) => {
    const { method, path } = exchange.head;
    const name = path.slice(extensionsBase.length);
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    const session = current();
    if (route !== undefined && route.method === method && session !== undefined) {
      return route.call(session, exchange);
    }
    if (route === undefined) exchange.reply(notFound);
    else exchange.reply(route.method === method ? unassigned : wrongMethod);
    return ignored;
  };
}
