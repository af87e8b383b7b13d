/** Why a Revision has not the environments that are asked for: known to this process only, and soon looked at again. */

export interface ProvisionRefusals {
  get(revisionKey: string): string | undefined;
  set(revisionKey: string, refusal: string | undefined): void;
  onChange(listener: (revisionKey: string) => void): void;
}

export function createProvisionRefusals(): ProvisionRefusals {
  const refusals = new Map<string, string>();
  const listeners = new Set<(revisionKey: string) => void>();
  return {
    get: (key) => refusals.get(key),
    set(key, refusal) {
      if (refusals.get(key) === refusal) return;
      if (refusal === undefined) refusals.delete(key);
      else refusals.set(key, refusal);
      for (const listener of listeners) listener(key);
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
