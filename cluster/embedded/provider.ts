/** The embedded cluster as a provider. */
import type { Provider } from "../provider.ts";
import { down } from "./down.ts";
import { loadImages } from "./images/load.ts";
import { preflight } from "./preflight.ts";
import { up } from "./up.ts";

export function createEmbeddedProvider(now: () => Date): Provider {
  return {
    check: preflight,
    up: (request, report) => up(request, now(), report),
    down,
    loadImages,
  };
}
