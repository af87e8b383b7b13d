/**
 * The log of the environment: the runtime's lines and Lambda's own, in order, to our stdout, where the kubelet takes them.
 * When the kubelet is behind, the function's own writes wait; the link never does.
 */
import type { Readable } from "node:stream";
import type { ClockDep } from "../clock/clock.ts";
import { logAheadBytesMax } from "../limits.ts";
import { createLineSplitter } from "./lines.ts";
import {
  isWanted,
  type LogFormat,
  type PlatformEvent,
  platformLine,
  type SystemLogLevel,
} from "./platform.ts";
import type { Tail } from "./tail.ts";

/** The part of a Writable the journal needs. */
export interface Output {
  write(bytes: Uint8Array): boolean;
  once(event: "drain", callback: () => void): unknown;
  readonly writableLength: number;
}

export interface Journal {
  platform(event: PlatformEvent): void;
  /** Takes a process's output until it ends; `flush` ends its half lines. */
  capture(streams: Readable[]): { flush(): void };
  /** Everything written from now on goes to this tail too. */
  follow(tail: Tail | undefined): void;
  format(format: LogFormat, level: SystemLogLevel): void;
}

export function createJournal(deps: ClockDep, output: Output): Journal {
  let format: LogFormat = "Text";
  let level: SystemLogLevel = "INFO";
  let tail: Tail | undefined;
  let queue: Uint8Array[] = [];
  const paused = new Set<Readable>();

  function flushQueue(): void {
    const bytes = queue.length === 1 ? (queue[0] as Uint8Array) : Buffer.concat(queue);
    queue = [];
    output.write(bytes);
  }

  function write(line: Uint8Array): void {
    tail?.push(line);
    queue.push(line);
    if (queue.length === 1) queueMicrotask(flushQueue);
  }

  function hold(stream: Readable): void {
    stream.pause();
    if (paused.size === 0) {
      output.once("drain", () => {
        for (const one of paused) one.resume();
        paused.clear();
      });
    }
    paused.add(stream);
  }

  return {
    platform(event) {
      if (!isWanted(event, format, level)) return;
      const line = platformLine(event, format, deps.clock.now());
      if (line !== "") write(Buffer.from(line));
    },
    capture(streams) {
      const splitters = streams.map((stream) => {
        const splitter = createLineSplitter();
        stream.on("data", (bytes: Uint8Array) => {
          for (const line of splitter.push(bytes)) write(line);
          if (output.writableLength > logAheadBytesMax) hold(stream);
        });
        return splitter;
      });
      return {
        flush() {
          for (const splitter of splitters) for (const line of splitter.flush()) write(line);
        },
      };
    },
    follow(next) {
      tail = next;
    },
    format(nextFormat, nextLevel) {
      format = nextFormat;
      level = nextLevel;
    },
  };
}
