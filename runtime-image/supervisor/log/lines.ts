/** Cuts a byte stream into lines, each with its newline; a line past the limit becomes several. Pure. */
import { logLineBytesMax } from "../limits.ts";

export interface LineSplitter {
  push(bytes: Uint8Array): Uint8Array[];
  /** The line that has no end yet, ended. */
  flush(): Uint8Array[];
}

const newline = Buffer.from("\n");

export function createLineSplitter(bytesMax = logLineBytesMax): LineSplitter {
  let held: Uint8Array = new Uint8Array(0);
  return {
    push(bytes) {
      const all = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const lines: Uint8Array[] = [];
      let from = 0;
      for (;;) {
        const end = all.indexOf(10, from);
        const to = end < 0 ? all.length : end + 1;
        if (to - from > bytesMax) {
          lines.push(Buffer.concat([all.subarray(from, from + bytesMax), newline]));
          from += bytesMax;
        } else if (end >= 0) {
          lines.push(all.subarray(from, to));
          from = to;
        } else {
          held = new Uint8Array(all.subarray(from));
          return lines;
        }
      }
    },
    flush() {
      const lines = held.length > 0 ? [Buffer.concat([held, newline])] : [];
      held = new Uint8Array(0);
      return lines;
    },
  };
}
