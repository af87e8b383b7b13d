/** Simulated time: what is due next happens next, and nothing happens in between. */

export interface Time {
  nowMs(): number;
  after(ms: number, call: () => void): void;
  /** Lets everything happen that is due within `ms`; `after each` is called after each single happening. */
  pass(ms: number, afterEach: () => void): void;
}

interface Due {
  atMs: number;
  serial: number;
  call: () => void;
}

export function createTime(): Time {
  const heap: Due[] = [];
  let nowMs = 0;
  let serial = 0;

  const before = (a: Due, b: Due) => a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);
  const push = (due: Due) => {
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const up = heap[parent] as Due;
      if (!before(due, up)) break;
      heap[at] = up;
      at = parent;
    }
    heap[at] = due;
  };
  const pop = (): Due | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Due)) child++;
      if (!before(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
    return first;
  };
  return {
    nowMs: () => nowMs,
    after: (ms, call) => push({ atMs: nowMs + ms, serial: serial++, call }),
    pass(ms, afterEach) {
      const untilMs = nowMs + ms;
      while ((heap[0]?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs) {
        const due = pop() as Due;
        nowMs = due.atMs;
        due.call();
        afterEach();
      }
      nowMs = untilMs;
    },
  };
}
