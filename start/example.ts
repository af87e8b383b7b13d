/** Applies one example, waits until it is Active and asks its URL once. */
import { z } from "zod";
import { run } from "../program/run.ts";

export interface Example {
  name: string;
  url: string;
  answer: string;
}

const appliedSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ url: z.string().optional() }).optional(),
});

const activeSeconds = 120;
const answerMsMax = 60_000;

/** Throws with what the function's conditions say when it does not become Active, or with the answer's status. */
export async function runExample(file: string, env: Record<string, string>): Promise<Example> {
  await run("kubectl", ["apply", "-f", file], { env });
  await untilActive(file, env);
  const { stdout } = await run("kubectl", ["get", "-f", file, "-o", "json"], { env });
  const { metadata, status } = appliedSchema.parse(JSON.parse(stdout));
  if (status?.url === undefined) return { name: metadata.name, url: "(no URL)", answer: "" };
  const response = await ask(status.url);
  const answer = await response.text();
  if (!response.ok)
    throw new Error(
      `${status.url} answered ${response.status}: ${answer}; its log: kubectl logs -l kambda.dev/function=${metadata.name} --tail=-1`,
    );
  return { name: metadata.name, url: status.url, answer };
}

async function untilActive(file: string, env: Record<string, string>): Promise<void> {
  const active = ["--for=jsonpath={.status.state}=Active", `--timeout=${activeSeconds}s`];
  try {
    await run("kubectl", ["wait", "-f", file, ...active], { env });
  } catch (cause) {
    const said = "jsonpath={.status.stateReason} {.status.conditions[*].message}";
    const { stdout } = await run("kubectl", ["get", "-f", file, "-o", said], { env, allowed: [0, 1] });
    throw new Error(`not Active after ${activeSeconds} s: ${stdout.trim()}`, { cause });
  }
}

/** Names under .localhost are this machine's, whatever its resolver thinks of them. */
function ask(url: string): Promise<Response> {
  const { hostname, port, pathname } = new URL(url);
  return fetch(`http://127.0.0.1:${port}${pathname}`, {
    headers: { host: `${hostname}:${port}` },
    signal: AbortSignal.timeout(answerMsMax),
  });
}
