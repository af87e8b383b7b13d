/**
 * `bun test/bench/supervisor/main.ts [CHECKOUT…]`: private memory of a real supervisor, bundled as in the images, that waits in a pool, has
 * been claimed, and has served 1, 1,000 and 10,000 invocations of Node.js (`COUNTS`); and what an invocation takes in it, round trip and
 * CPU. Every other checkout named is measured beside this one, in turns (`ROUNDS`), so that the machine's hour counts for all.
 * `BUN_VARIABLES="BUN_JSC_useDFGJIT=0"` tries an option of the engine.
 */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { archive } from "../../conformance/harness/archive.ts";
import { anAssignment, assign, certificates } from "../../conformance/harness/environment.ts";
import { startGateway } from "../../conformance/harness/gateway.ts";
import { startSupervisor } from "../../conformance/harness/supervisor.ts";
import { waitFor } from "../../conformance/harness/wait.ts";
import { percentiles } from "../percentiles.ts";

const here = resolve(import.meta.dir, "../../..");
const bun = join(here, "node_modules/bun/bin/bun.exe");
const counts = (process.env.COUNTS ?? "1,1000,10000").split(",").map(Number);
const rounds = Number(process.env.ROUNDS ?? 2);
const folders = process.argv.slice(2).map((folder) => resolve(folder));

for (let round = 0; round < rounds; round++)
  for (const folder of [...folders, here]) process.stdout.write(`${folder}: ${await measure(folder)}\n`);

async function measure(top: string): Promise<string> {
  const gateway = await startGateway(certificates);
  const ahead = {
    KAMBDA_AHEAD_RUNTIME: "nodejs24.x",
    KAMBDA_AHEAD_MEMORY_MB: "256",
    KAMBDA_AHEAD_REHEARSALS: "20",
  };
  const link = { port: gateway.port, ca: certificates.ca };
  const supervisor = startSupervisor("nodejs24.x", link, ahead, {}, await bundled(top));
  try {
    const peer = await gateway.accept();
    const said = [`waiting ${await privateMb(supervisor.pid)}`];
    const assignment = anAssignment({});
    const code = await archive({ "index.mjs": "export const handler = async (event) => ({ ok: event.n });" });
    assign(peer, assignment, code);
    await waitFor("INIT", () => peer.received.some(({ type }) => type === "initialized"));
    let served = 0;
    const tookMs: number[] = [];
    const cpuBefore = cpuMs(supervisor.pid);
    for (const count of counts) {
      for (; served < count; served++) {
        const startedMs = performance.now();
        const requestId = crypto.randomUUID();
        peer.received.length = 0;
        peer.send(
          "invoke",
          {
            requestId,
            revision: assignment.revision,
            timeoutMs: 3000,
            invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
            logTail: false,
            grant: requestId,
            epoch: 1,
          },
          Buffer.from(`{"n":${served}}`),
        );
        await waitFor("its end", () => peer.received.some(({ type }) => type === "end"));
        tookMs.push(performance.now() - startedMs);
      }
      said.push(`after ${count}: ${await privateMb(supervisor.pid)}`);
    }
    const cpuEachMs = (cpuMs(supervisor.pid) - cpuBefore) / served;
    const { p50, p99 } = percentiles(tookMs);
    return `${said.join(", ")} MB; invocation p50 ${p50.toFixed(2)} p99 ${p99.toFixed(2)} ms, CPU ${cpuEachMs.toFixed(3)} ms`;
  } finally {
    await supervisor.dispose();
    gateway.close();
  }
}

/** Instead of the sources: the bundle, started as the images start it. */
async function bundled(top: string): Promise<string[]> {
  const outdir = mkdtempSync(join(tmpdir(), "kambda-bench-"));
  const { success } = await Bun.build({
    entrypoints: [join(top, "runtime-image/supervisor/main.ts")],
    target: "bun",
    outdir,
  });
  if (!success) throw new Error(`${top} cannot be bundled`);
  const config = join(top, "runtime-image/images/supervisor/bunfig.toml");
  const command = `exec env ${process.env.BUN_VARIABLES ?? ""} setpriv --reuid 993 --regid 990 --clear-groups ${bun} --no-env-file --config=${config} ${outdir}/main.js`;
  return ["sh", "-c", `chmod -R a+rX ${outdir}; ${command}`];
}

/** When the dust has settled: what collects garbage when idle has had its time. */
async function privateMb(pid: number): Promise<string> {
  await Bun.sleep(7_000);
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  let kilobytes = 0;
  for (const [, amount] of rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)) kilobytes += Number(amount);
  return (kilobytes / 1024).toFixed(1);
}

/** Of all its threads that live. */
function cpuMs(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e6;
}
