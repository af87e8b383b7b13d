/** Paths of the Telemetry API and of the Logs API; who calls is an extension that registered. */
import type { ExtensionSession } from "../extensions/session.ts";
import { subscriptionBytesMax } from "../limits.ts";
import { collect } from "../runtime-api/collect.ts";
import { type Exchange, type Handle, ignored } from "../runtime-api/http/connection.ts";
import { notFound, unassigned, wrongMethod } from "../runtime-api/replies.ts";
import { invalid } from "./replies.ts";
import type { TelemetryApi } from "./subscription.ts";
import type { Telemetry } from "./telemetry.ts";

const apis: Record<string, TelemetryApi> = {
  "/2022-07-01/telemetry": "telemetry",
  "/2020-08-15/logs": "logs",
};

export const telemetryApiOf = (path: string): TelemetryApi | undefined =>
  Object.hasOwn(apis, path) ? apis[path] : undefined;

export function createTelemetryRoutes(
  telemetry: Telemetry,
  current: () => ExtensionSession | undefined,
): Handle {
  return (exchange) => {
    const api = telemetryApiOf(exchange.head.path);
    const session = current();
    if (api === undefined) return answer(exchange, notFound);
    if (exchange.head.method !== "PUT") return answer(exchange, wrongMethod);
    if (session === undefined) return answer(exchange, unassigned);
    const extension = session.identify(exchange);
    if (!("state" in extension)) return answer(exchange, extension);
    return collect(subscriptionBytesMax, (collected) => {
      if (collected.kind === "whole") {
        exchange.reply(telemetry.subscribe(extension.name, collected.body, api));
      } else exchange.reply(invalid(`the body is over ${subscriptionBytesMax} bytes`));
    });
  };
}

function answer(exchange: Exchange, reply: Parameters<Exchange["reply"]>[0]): ReturnType<Handle> {
  exchange.reply(reply);
  return ignored;
}
