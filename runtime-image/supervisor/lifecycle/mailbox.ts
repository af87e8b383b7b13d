/** Events in the order they came, taken one at a time by the flow that waits for them. */

export interface Mailbox<T> {
  push(item: T): void;
  next(): Promise<T>;
}

export function createMailbox<T>(): Mailbox<T> {
  const items: T[] = [];
  let waiting: ((item: T) => void) | undefined;
  return {
    push(item) {
      const taker = waiting;
      waiting = undefined;
      if (taker === undefined) items.push(item);
      else taker(item);
    },
    next() {
      const item = items.shift();
      if (item !== undefined) return Promise.resolve(item);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
  };
}
