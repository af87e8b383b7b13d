/** The APIs an environment serves on one port, told apart by their version's date, which a path begins with. */
import { createExtensionRoutes, extensionsBase } from "./extensions/routes.ts";
import type { ExtensionSession } from "./extensions/session.ts";
import type { Handle } from "./runtime-api/http/connection.ts";
import { createRoutes } from "./runtime-api/routes.ts";
import type { Session } from "./runtime-api/session.ts";
import { createTelemetryRoutes, telemetryApiOf } from "./telemetry/routes.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

/** What is alive at the moment of a call. */
export interface Apis {
  runtime(): Session | undefined;
  extensions(): ExtensionSession | undefined;
  telemetry: Telemetry;
}

export function createApis({ runtime, extensions, telemetry }: Apis): Handle {
  const runtimeRoutes = createRoutes(runtime);
  const extensionRoutes = createExtensionRoutes(extensions);
  const telemetryRoutes = createTelemetryRoutes(telemetry, extensions);
  return (exchange) => {
    if (exchange.head.path.startsWith(extensionsBase)) return extensionRoutes(exchange);
    if (telemetryApiOf(exchange.head.path) !== undefined) return telemetryRoutes(exchange);
    return runtimeRoutes(exchange);
  };
}
