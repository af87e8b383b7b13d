/**
 * What a person sees while something long runs: a line a step with the time it took and, while it runs on a terminal, what
 * it is at. Without a terminal (CI) details are printed every few seconds, so that a log shows progress but stays short.
 */

export interface Report {
  /** Runs one step; its lines are what `detail` was given. */
  step<T>(title: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T>;
  /** A line of its own. */
  say(text: string): void;
  failed(error: unknown): void;
}

const detailEveryMs = 5_000;
const redrawEveryMs = 1_000;
const widthMax = 110;

export function createReport(out: NodeJS.WriteStream): Report {
  const startedMs = performance.now();
  return {
    async step(title, work) {
      const stepStartedMs = performance.now();
      let latest = "";
      const show = () => {
        const line = `   ${stamp(stepStartedMs)}  ${title}${latest === "" ? "" : `: ${latest}`}`;
        const cut = line.slice(0, widthMax).trimEnd();
        out.write(out.isTTY ? `\r\x1b[2K${cut}` : `${cut}\n`);
      };
      const detail = (text: string) => {
        latest = text;
        if (out.isTTY) show();
      };
      // By the clock, not by what is said: a step that waits in silence shows that it is still there, and for how long.
      const showing = setInterval(show, out.isTTY ? redrawEveryMs : detailEveryMs);
      if (out.isTTY) out.write(` …          ${title}`);
      try {
        const value = await work(detail);
        out.write(`${out.isTTY ? "\r\x1b[2K" : ""} ✓ ${stamp(stepStartedMs)}  ${title}\n`);
        return value;
      } catch (error) {
        out.write(`${out.isTTY ? "\r\x1b[2K" : ""} ✗ ${stamp(stepStartedMs)}  ${title}\n`);
        throw error;
      } finally {
        clearInterval(showing);
      }
    },
    say: (text) => void out.write(`${text}\n`),
    failed: (error) => void out.write(`\nkambda: ${explain(error)} (after ${stamp(startedMs).trim()})\n`),
  };
}

function stamp(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1).padStart(6)} s`;
}

/** An error with its causes, one below the other. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n  because ${explain(error.cause)}`;
}
