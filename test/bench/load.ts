/** Closed-loop load by wrk (Debian's package), whose latencies are exact percentiles. Bounded in time; never beyond this machine. */
import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { run } from "../../program/run.ts";

export interface Load {
  /** Address of a listener: `http://10.1.2.3:8080/path`. */
  url: string;
  headers: Record<string, string>;
  method: "GET" | "POST";
  body?: string;
  connections: number;
  seconds: number;
  /** Each connection waits so long before each request. */
  pauseMs?: number;
  /** Tells failures by status, at some cost to the generator. */
  countStatuses?: boolean;
}

const measuredSchema = z.object({
  requests: z.number(),
  seconds: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  maxMs: z.number(),
  /** Answers that were not 2xx or 3xx, and requests without one. */
  failed: z.number(),
  /** Requests without an answer. */
  unanswered: z.number(),
  /** Only where asked for: answers by their status, of the whole run. */
  statuses: z.record(z.string(), z.number()).default({}),
});
export type Measured = z.infer<typeof measuredSchema> & { rps: number };

/** Counts from its first request: what shall be warm is to be warmed before. */
export async function load(options: Load): Promise<Measured> {
  const measured = await wrk(options);
  return { ...measured, rps: measured.requests / measured.seconds };
}

async function wrk({
  url,
  headers,
  method,
  body,
  connections,
  seconds,
  countStatuses = false,
  pauseMs = 0,
}: Load): Promise<z.infer<typeof measuredSchema>> {
  // One of its own: loads run beside each other, and another's body would be sent.
  const script = join(tmpdir(), `kambda-bench-${randomUUID()}.lua`);
  await writeFile(script, scriptOf(method, headers, body, countStatuses, pauseMs));
  try {
    const { stdout } = await run("wrk", [
      "--threads=1",
      `--connections=${connections}`,
      `--duration=${seconds}s`,
      "--timeout=10s",
      `--script=${script}`,
      url,
    ]);
    return measuredSchema.parse(JSON.parse(stdout.slice(stdout.indexOf('{"requests"'))));
  } finally {
    await rm(script);
  }
}

function scriptOf(
  method: string,
  headers: Record<string, string>,
  body: string | undefined,
  countStatuses: boolean,
  pauseMs: number,
): string {
  const set = Object.entries(headers).map(([name, value]) => `wrk.headers[${lua(name)}] = ${lua(value)}`);
  return `wrk.method = ${lua(method)}
${set.join("\n")}
${body === undefined ? "" : `wrk.body = ${lua(body)}`}
${countStatuses ? counting : ""}
${pauseMs > 0 ? `function delay() return ${pauseMs} end` : ""}
function done(summary, latency)
  local e = summary.errors
  local seen = threads and threads[1]:get("seen") or {}
  local statuses = {}
  for status, count in pairs(seen) do table.insert(statuses, string.format('"%s":%d', status, count)) end
  io.write(string.format('{"requests":%d,"seconds":%.6f,"p50Ms":%.4f,"p99Ms":%.4f,"maxMs":%.4f,"failed":%d,"unanswered":%d,"statuses":{%s}}',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3,
    e.status + e.connect + e.read + e.write + e.timeout, e.connect + e.read + e.write + e.timeout, table.concat(statuses, ",")))
end
`;
}

/** One thread makes all requests; `done` runs outside of it. */
const counting = `function setup(thread) threads = { thread } end
seen = {}
function response(status) seen[status] = (seen[status] or 0) + 1 end
`;

function lua(text: string): string {
  return JSON.stringify(text);
}
