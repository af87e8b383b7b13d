/**
 * The log of the environment: the runtime's lines and Lambda's own, in order, to our stdout, where the kubelet takes them.
 * When the kubelet is behind, the function's own writes wait; the link never does.
 */
import type { Readable } from "node:stream";
import type { ClockDep } from "../clock/clock.ts";
import { logAheadBytesMax, logBurstMax, logEveryMs, logHeldMsMax, logJoinBytesMax } from "../limits.ts";
import type { PlatformEvent } from "./event.ts";
import { createLineSplitter } from "./lines.ts";
import { isWanted, type LogFormat, platformLine, type SystemLogLevel } from "./platform.ts";
import type { Tail } from "./tail.ts";

/** The part of a Writable the journal needs: it calls back when the bytes have left. */
export interface Output {
  write(bytes: Uint8Array, left: () => void): unknown;
}

export interface Capture {
  /** Bytes seen so far: when it stands still, the pipes are empty. */
  seenBytes(): number;
  /** True while the kubelet is behind and the pipes are not read. */
  isHeld(): boolean;
  /** Ends half lines. */
  flush(): void;
}

export type LineSource = "function" | "extension";

/** Hears everything, in order, before levels sift it. */
export interface JournalListener {
  platform(event: PlatformEvent): void;
  line(source: LineSource, line: Uint8Array, format: LogFormat): void;
}

export interface Journal {
  platform(event: PlatformEvent): void;
  /** Takes a process's output until it ends. */
  capture(streams: Readable[], source?: LineSource): Capture;
  listen(listener: JournalListener): void;
  /** Everything written from now on goes to this tail too. */
  follow(tail: Tail | undefined): void;
  format(format: LogFormat, level: SystemLogLevel): void;
  /** An invocation is over: its lines wait for no more of it. They leave, unless many others just did. */
  release(): void;
  /** Writes what is held back, now. */
  flush(): void;
}

export function createJournal(deps: ClockDep, output: Output): Journal {
  let format: LogFormat = "Text";
  let level: SystemLogLevel = "INFO";
  let tail: Tail | undefined;
  let queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let isTimed = false;
  /** Each write takes its share of time, from now on or from where the last one's ends. */
  let spentUntilMs = 0;
  let aheadBytes = 0;
  const paused = new Set<Readable>();
  let listener: JournalListener | undefined;

  function flush(): void {
    if (queue.length === 0) return;
    queuedBytes = 0;
    const bytes = queue.length === 1 ? (queue[0] as Uint8Array) : Buffer.concat(queue);
    queue = [];
    spentUntilMs = Math.max(deps.clock.elapsed(), spentUntilMs) + logEveryMs;
    output.write(bytes, () => left(bytes.length));
  }

  function left(bytes: number): void {
    aheadBytes -= bytes;
    if (aheadBytes > logAheadBytesMax / 2) return;
    for (const stream of paused) stream.resume();
    paused.clear();
  }

  function write(line: Uint8Array): void {
    tail?.push(line);
    aheadBytes += line.length;
    queue.push(line);
    queuedBytes += line.length;
    if (queuedBytes >= logJoinBytesMax) flush();
    else hold();
  }

  const waitMs = () => spentUntilMs - logBurstMax * logEveryMs - deps.clock.elapsed();

  /** One timer at a time, left to run when the lines go sooner. */
  function hold(): void {
    if (isTimed) return;
    isTimed = true;
    deps.clock.after(Math.max(logHeldMsMax, waitMs()), () => {
      isTimed = false;
      release();
    });
  }

  function release(): void {
    if (waitMs() <= 0) flush();
    else if (queue.length > 0) hold();
  }

  return {
    listen(next) {
      listener = next;
    },
    platform(event) {
      listener?.platform(event);
      if (!isWanted(event, format, level)) return;
      const line = platformLine(event, format, deps.clock.now());
      if (line !== "") write(Buffer.from(line));
    },
    capture(streams, source = "function") {
      let seenBytes = 0;
      const take = (line: Uint8Array) => {
        listener?.line(source, line, format);
        write(line);
      };
      const splitters = streams.map((stream) => {
        const splitter = createLineSplitter();
        stream.on("data", (bytes: Uint8Array) => {
          seenBytes += bytes.length;
          for (const line of splitter.push(bytes)) take(line);
          if (aheadBytes <= logAheadBytesMax) return;
          stream.pause();
          paused.add(stream);
        });
        return splitter;
      });
      return {
        seenBytes: () => seenBytes,
        isHeld: () => streams.some((stream) => paused.has(stream)),
        flush() {
          for (const splitter of splitters) for (const line of splitter.flush()) take(line);
        },
      };
    },
    release,
    flush,
    follow(next) {
      tail = next;
    },
    format(nextFormat, nextLevel) {
      format = nextFormat;
      level = nextLevel;
    },
  };
}
