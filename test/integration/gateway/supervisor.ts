/** A real supervisor as a process of its own, dialling a gateway of this test: an environment without Kubernetes. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledProgram } from "../../../images/build/ingredient/program.ts";
import { currentWorkspace } from "../../../images/build.ts";

export interface SupervisorProcess extends AsyncDisposable {
  pid: number;
  /** Its exit code once it has ended. */
  ended: Promise<number>;
  output(): string;
}

const root = join(import.meta.dir, "../../..");
const jail = await compiledProgram(currentWorkspace(), "runtime-image/jail", console.error);

export async function startSupervisor(options: {
  port: number;
  ca: string;
  token: string;
}): Promise<SupervisorProcess> {
  const folder = await mkdtemp(join(tmpdir(), "kambda-environment-"));
  await writeFile(join(folder, "token"), options.token);
  const task = join(folder, "task");
  await mkdir(task);
  const child = Bun.spawn([process.execPath, join(root, "runtime-image/supervisor/main.ts")], {
    env: {
      PATH: process.env.PATH ?? "",
      KAMBDA_LINK_HOST: "127.0.0.1",
      KAMBDA_LINK_PORT: String(options.port),
      KAMBDA_LINK_CA: options.ca,
      KAMBDA_TOKEN_PATH: join(folder, "token"),
      KAMBDA_RUNTIME_API_PORT: "0",
      KAMBDA_TASK_ROOT: task,
      KAMBDA_RUNTIME_DIR: join(root, "runtime-image/bootstraps/nodejs"),
      KAMBDA_LAYER_ROOT: join(folder, "opt"),
      KAMBDA_JAIL: jail,
    },
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    for await (const chunk of stream) output += Buffer.from(chunk).toString();
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);
  return {
    pid: child.pid,
    ended: child.exited,
    output: () => output,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      await collected;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
