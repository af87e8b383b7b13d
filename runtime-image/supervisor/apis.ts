/** The APIs an environment serves on one port, told apart by their version's date, which a path begins with. */
import { createExtensionRoutes, extensionsBase } from "./extensions/routes.ts";
import type { ExtensionSession } from "./extensions/session.ts";
import type { Handle } from "./runtime-api/http/connection.ts";
import { createRoutes } from "./runtime-api/routes.ts";
import type { Session } from "./runtime-api/session.ts";

/** What is alive at the moment of a call. */
export interface Apis {
  runtime(): Session | undefined;
  extensions(): ExtensionSession | undefined;
}

export function createApis({ runtime, extensions }: Apis): Handle {
  const runtimeRoutes = createRoutes(runtime);
  const extensionRoutes = createExtensionRoutes(extensions);
  return (exchange) => {
    if (exchange.head.path.startsWith(extensionsBase)) return extensionRoutes(exchange);
    return runtimeRoutes(exchange);
  };
}
