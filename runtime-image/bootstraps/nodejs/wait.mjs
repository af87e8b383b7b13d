/**
 * A process started before its function is known. It answers made-up events, so that what an invocation passes through is
 * warm, until an assignment comes instead of one; then it becomes that function's process, which cannot tell the difference.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { loadHandler } from "./load.mjs";

/** Handlers of our own in both forms, so that both ways of loading are warm; what they leave in the cache is taken out. */
const folder = fileURLToPath(new URL("./rehearsal", import.meta.url));
const handlers = ["module.handler", "common.handler"];

/** The rest of what it was started with is overwritten. */
const ownVariables = ["KAMBDA_WAIT", "_X_AMZN_TRACE_ID"];

/**
 * @param {{ next(): Promise<{ headers: Map<string, string>, body: Buffer }> }} client
 * @param {(handler: Function, invocation: object) => Promise<object>} answer as for real ones
 */
export async function waitForAssignment(client, answer) {
  let reply = await client.next();
  for (let round = 0; !reply.headers.has("kambda-assignment"); round++) {
    const handler = await loadHandler(folder, handlers[round % handlers.length]);
    forget();
    reply = await answer(handler, reply);
  }
  become(JSON.parse(reply.body.toString()));
}

function forget() {
  const { cache } = createRequire(import.meta.url);
  for (const path of Object.keys(cache)) if (path.startsWith(folder)) delete cache[path];
}

/** @param {{ variables: Record<string, string>, workingDirectory: string }} assignment */
function become({ variables, workingDirectory }) {
  for (const name of ownVariables) delete process.env[name];
  for (const [name, value] of Object.entries(variables))
    if (process.env[name] !== value) process.env[name] = value;
  if (process.cwd() !== workingDirectory) process.chdir(workingDirectory);
}
