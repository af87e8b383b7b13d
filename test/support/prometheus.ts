/** A real Prometheus, Debian's, run by a test on this machine's loopback and ended by it. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { run } from "../../program/run.ts";
import { freePort } from "./freeport.ts";
import { cachePath } from "./installation.ts";
import { until } from "./until.ts";

export interface Prometheus extends AsyncDisposable {
  /** The result vector of an instant query; rejects with Prometheus' own words when the query is wrong. */
  query(promql: string): Promise<Sample[]>;
  /** Whether each alert rule could be evaluated. */
  rules(): Promise<{ name: string; health: string; lastError?: string }[]>;
  /** Whether each target answers, by its job's name. */
  targets(): Promise<Record<string, string>>;
}

export interface Sample {
  metric: Record<string, string>;
  value: [number, string];
}

export interface PrometheusOptions {
  /** `host:port` of what is scraped, by job. */
  jobs: Record<string, string>;
  /** Files of rules. */
  rules: string[];
}

const startSeconds = 30;
const downloadMsMax = 300_000;

export async function startPrometheus({ jobs, rules }: PrometheusOptions): Promise<Prometheus> {
  const program = await prometheusProgram();
  const folder = mkdtempSync(join(tmpdir(), "kambda-prometheus-"));
  const config = {
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: rules,
    scrape_configs: Object.entries(jobs).map(([job, target]) => ({
      job_name: job,
      honor_labels: true,
      static_configs: [{ targets: [target] }],
    })),
  };
  writeFileSync(join(folder, "prometheus.yml"), stringify(config));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ask = async (path: string) => {
    const response = await fetch(`http://${address}${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: unknown };
    if (body.status !== "success") throw new Error(`prometheus refused ${path}: ${body.error}`);
    return body.data;
  };
  await until("prometheus to be ready", startSeconds, async () => {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${said}`);
    return (await fetch(`http://${address}/-/ready`)).ok;
  });
  return {
    query: async (promql) =>
      ((await ask(`/api/v1/query?query=${encodeURIComponent(promql)}`)) as { result: Sample[] }).result,
    rules: async () =>
      (
        (await ask("/api/v1/rules")) as {
          groups: { rules: { name: string; health: string; lastError?: string }[] }[];
        }
      ).groups.flatMap((group) => group.rules),
    targets: async () =>
      Object.fromEntries(
        (
          (await ask("/api/v1/targets")) as { activeTargets: { labels: { job: string }; health: string }[] }
        ).activeTargets.map(({ labels, health }) => [labels.job, health]),
      ),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Debian's program, unpacked beside the other things of the cache: nothing is installed, no service is started. */
async function prometheusProgram(): Promise<string> {
  const folder = join(cachePath, "prometheus");
  const program = join(folder, "usr/bin/prometheus");
  if (existsSync(program)) return program;
  const aside = `${folder}.${process.pid}`;
  mkdirSync(aside, { recursive: true });
  const aptGet = (...words: string[]) => run("apt-get", words, { cwd: aside, timeoutMs: downloadMsMax });
  // A new machine has no lists of packages yet, an old one lists what is gone.
  await aptGet("download", "prometheus").catch(async () => {
    await aptGet("update", "--quiet");
    await aptGet("download", "prometheus");
  });
  const packed = readdirSync(aside).find((name) => name.endsWith(".deb"));
  if (packed === undefined) throw new Error("apt-get download prometheus brought no package");
  await run("dpkg-deb", ["--extract", packed, "."], { cwd: aside, timeoutMs: downloadMsMax });
  try {
    renameSync(aside, folder);
  } catch (error) {
    // Another process was first; its program is the same.
    rmSync(aside, { recursive: true });
    if (!existsSync(program)) throw error;
  }
  return program;
}
