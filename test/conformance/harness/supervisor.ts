/** A real supervisor process with folders of its own, and the real runtimes of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Files } from "./archive.ts";
import { waitFor } from "./wait.ts";

export type Language = "nodejs24.x" | "nodejs22.x" | "nodejs20.x" | "python3.11" | "provided.al2023";

const top = resolve(import.meta.dir, "../../..");
const bun = join(top, "node_modules/bun/bin/bun.exe");
const folders: Record<Language, { bootstraps: string; binaries: Record<string, string> }> = {
  "nodejs24.x": { bootstraps: "nodejs", binaries: { node: join(top, "node_modules/node/bin/node") } },
  "nodejs22.x": { bootstraps: "nodejs", binaries: { node: join(top, "node_modules/node22/bin/node") } },
  "nodejs20.x": { bootstraps: "nodejs", binaries: { node: join(top, "node_modules/node20/bin/node") } },
  "python3.11": { bootstraps: "python", binaries: {} },
  "provided.al2023": { bootstraps: "provided", binaries: {} },
};

/** The user of environment pods. Tests that run as root give it up, since root may read everything and could show nothing. */
const user = process.getuid?.() === 0 ? { uid: 993, gid: 990 } : undefined;

export interface Supervisor {
  pid: number;
  /** What it wrote to stdout: the function's log. */
  log(): string;
  /** What it wrote to stderr: its own notes. */
  notes(): string;
  taskRoot: string;
  layerRoot: string;
  /** What is its `/tmp`. */
  scratch: string;
  signal(name: NodeJS.Signals): void;
  exited(msMax?: number): Promise<{ code: number | null; signal: string | null }>;
  dispose(): Promise<void>;
}

export function startSupervisor(
  language: Language,
  link: { port: number; ca: string },
  extra: Record<string, string> = {},
  layer: Files = {},
): Supervisor {
  const folder = mkdtempSync(join(tmpdir(), "kambda-conformance-"));
  const taskRoot = join(folder, "task");
  const layerRoot = join(folder, "opt");
  const scratch = join(folder, "scratch");
  const lang = join(folder, "lang");
  for (const path of [taskRoot, layerRoot, scratch]) mkdirSync(path);
  lay(layer, layerRoot);
  mkdirSync(join(lang, "bin"), { recursive: true });
  writeFileSync(join(folder, "token"), "a-token\n");
  const { bootstraps, binaries } = folders[language];
  for (const [name, target] of Object.entries(binaries)) symlinkSync(target, join(lang, "bin", name));
  if (user !== undefined)
    for (const path of [folder, taskRoot, layerRoot, scratch]) chownSync(path, user.uid, user.gid);
  const child: ChildProcess = spawn(bun, [join(top, "runtime-image/supervisor/main.ts")], {
    env: {
      PATH: process.env.PATH,
      KAMBDA_LINK_HOST: "127.0.0.1",
      KAMBDA_LINK_PORT: String(link.port),
      KAMBDA_LINK_CA: link.ca,
      KAMBDA_TOKEN_PATH: join(folder, "token"),
      KAMBDA_RUNTIME_API_PORT: "0",
      KAMBDA_TASK_ROOT: taskRoot,
      KAMBDA_SCRATCH_ROOT: scratch,
      KAMBDA_RUNTIME_DIR: join(top, "runtime-image/bootstraps", bootstraps),
      KAMBDA_LAYER_ROOT: layerRoot,
      KAMBDA_LANG_ROOT: lang,
      ...extra,
    },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
    ...user,
  });
  let log = "";
  let notes = "";
  let ended: { code: number | null; signal: string | null } | undefined;
  child.stdout?.on("data", (bytes) => {
    log += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    notes += bytes;
  });
  child.on("exit", (code, signal) => {
    ended = { code, signal };
  });
  const exited = (msMax?: number) => waitFor("the supervisor to exit", () => ended, msMax);
  return {
    pid: child.pid ?? 0,
    log: () => log,
    notes: () => notes,
    taskRoot,
    layerRoot,
    scratch,
    signal: (name) => void child.kill(name),
    exited,
    async dispose() {
      if (ended === undefined) child.kill("SIGTERM");
      await exited();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Files that are there before the supervisor is, as in an image. */
function lay(files: Files, root: string): void {
  for (const [name, file] of Object.entries(files)) {
    const { content, mode } = typeof file === "string" ? { content: file, mode: 0o644 } : file;
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content, { mode });
  }
}
