/** Who waits for others' pods to start: the one that has waited longest is looked at when one of those has. */
export interface Line {
  /** Reconciles a key, which may come to wait, and lets the next one look where it does not. */
  pass<T>(key: string, reconcile: (wait: () => void) => Promise<T>): Promise<T>;
  /** One pod fewer is starting. */
  freed(): void;
}

/** `look` has a key reconciled soon. */
export function createLine(look: (key: string) => void): Line {
  const waiting = new Set<string>();
  const freed = () => {
    for (const first of waiting) {
      waiting.delete(first);
      look(first);
      return;
    }
  };
  return {
    freed,
    async pass(key, reconcile) {
      waiting.delete(key);
      const result = await reconcile(() => void waiting.add(key));
      if (!waiting.has(key)) freed();
      return result;
    },
  };
}
