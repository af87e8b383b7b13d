/**
 * Follows the logs of a function's environments from their first pod on, since an environment may be gone by the time somebody looks: what ran
 * counts whoever still waited for its answer. The function must be one of `spanBody`.
 */
import { spawn } from "node:child_process";
import { environment } from "./kubectl.ts";
import type { TestNamespace } from "./namespace.ts";
import { type Span, spansOf } from "./span.ts";
import { pause, until } from "./until.ts";

export interface SpanLog {
  /** Everything that ran, once all `answered` of it and every end have been logged. */
  stop(answered: readonly string[]): Promise<Span[]>;
}

/** Pods are labelled a moment after their first invocation; an environment lives longer than this. */
const lookMs = 500;
/** An invocation's own time, and a kubelet's until what it read is here. */
const loggedSeconds = 60;

export function followSpans(namespace: TestNamespace, functionName: string): SpanLog {
  const followed = new Map<string, Followed>();
  const look = async () => {
    for (const { metadata } of await namespace.environmentsOf(functionName))
      if (followed.get(metadata.name)?.isInVain() ?? true)
        followed.set(metadata.name, follow(namespace.name, metadata.name));
  };
  let going = true;
  const looking = (async () => {
    while (going) {
      await look();
      await pause(lookMs);
    }
  })();
  const ran = () => new Map([...followed.values()].flatMap(({ log }) => [...spansOf(log())]));
  return {
    async stop(answered) {
      try {
        return await until(`all that ran of ${functionName} to be logged`, loggedSeconds, () => {
          const spans = ran();
          const missing = answered.filter((id) => !spans.has(id));
          const open = [...spans].filter(([, span]) => !isWhole(span)).map(([id]) => id);
          if (missing.length + open.length > 0) throw new Error(JSON.stringify({ missing, open }));
          return [...spans.values()].filter(isWhole);
        });
      } finally {
        going = false;
        await looking;
        await Promise.all([...followed.values()].map(({ end }) => end()));
      }
    },
  };
}

const isWhole = (span: Partial<Span>): span is Span =>
  span.beganMs !== undefined && span.endedMs !== undefined;

interface Followed {
  log(): string;
  /** A pod that is still to start has no log to follow: nothing was said, and nothing will be. */
  isInVain(): boolean;
  end(): Promise<void>;
}

function follow(namespace: string, pod: string): Followed {
  const child = spawn("kubectl", ["-n", namespace, "logs", "--follow", pod, "-c", "runtime"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => {
      isOver = true;
      resolve();
    });
  });
  return {
    log: () => said,
    isInVain: () => isOver && said === "",
    async end() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
