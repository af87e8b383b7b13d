/** The cluster provider a person asked for. */
import { readContext } from "../cluster/context/kubeconfig.ts";
import { loaderOf, noWayForImages } from "../cluster/context/loader.ts";
import { createContextProvider } from "../cluster/context/provider.ts";
import { createEmbeddedProvider } from "../cluster/embedded/provider.ts";
import { createKindProvider } from "../cluster/kind/provider.ts";
import type { Provider } from "../cluster/provider.ts";
import type { Options } from "./options.ts";

/** Throws before anything is built for a cluster that is not there, or could not get the images. */
export async function requireWayForImages({ provider }: Pick<Options, "provider">): Promise<void> {
  if (provider.kind !== "context") return;
  await readContext(provider.context, () => undefined);
  if (provider.registry === undefined && loaderOf(provider.context) === undefined)
    throw noWayForImages(provider.context);
}

export function providerOf({ provider }: Pick<Options, "provider">): Provider {
  switch (provider.kind) {
    case "embedded":
      return createEmbeddedProvider();
    case "kind":
      return createKindProvider();
    case "context":
      return createContextProvider(provider.context);
  }
}
