/** The cluster provider a person asked for. */
import { createContextProvider } from "../cluster/context/provider.ts";
import { createEmbeddedProvider } from "../cluster/embedded/provider.ts";
import { createKindProvider } from "../cluster/kind/provider.ts";
import type { Provider } from "../cluster/provider.ts";
import type { Options } from "./options.ts";

export function providerOf({ provider }: Pick<Options, "provider">): Provider {
  switch (provider.kind) {
    case "embedded":
      // Here the program touches the clock: what a cluster's certificates are valid from.
      return createEmbeddedProvider(() => new Date());
    case "kind":
      return createKindProvider();
    case "context":
      return createContextProvider(provider.context, provider.registry);
  }
}
