/** Which namespace an account id means: those that settings name, and those with functions. */
import { accountIdOf } from "../../crds/names.ts";
import type { Settings } from "../../kernel/settings/schema.ts";

export interface Accounts {
  namespaceOf(accountId: string): string | undefined;
  /** One more function is in the namespace. */
  joined(namespace: string): void;
  /** One less: with its last one a namespace is forgotten. */
  left(namespace: string): void;
}

export function createAccounts({ ids }: Settings["account"]): Accounts {
  const byId = new Map<string, string>();
  const functionsIn = new Map<string, number>();
  for (const [namespace, id] of Object.entries(ids)) byId.set(id, namespace);

  return {
    namespaceOf: (accountId) => byId.get(accountId),
    joined(namespace) {
      const before = functionsIn.get(namespace) ?? 0;
      functionsIn.set(namespace, before + 1);
      if (before === 0) byId.set(accountIdOf(namespace, ids), namespace);
    },
    left(namespace) {
      const after = (functionsIn.get(namespace) ?? 0) - 1;
      if (after > 0) functionsIn.set(namespace, after);
      else {
        functionsIn.delete(namespace);
        if (!Object.hasOwn(ids, namespace)) byId.delete(accountIdOf(namespace, ids));
      }
    },
  };
}
