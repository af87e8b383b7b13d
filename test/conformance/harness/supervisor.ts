/** A real supervisor process with folders of its own, and the real runtimes of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Files } from "./archive.ts";
import { waitFor } from "./wait.ts";

const top = resolve(import.meta.dir, "../../..");
const nodeOf = (name: string) => ({ node: join(top, "node_modules", name, "bin/node") });

/** Languages whose programs this machine has: their bootstraps are started from the checkout. */
const local = {
  "nodejs24.x": { bootstraps: "nodejs", binaries: nodeOf("node") },
  "nodejs22.x": { bootstraps: "nodejs", binaries: nodeOf("node22") },
  "nodejs20.x": { bootstraps: "nodejs", binaries: nodeOf("node20") },
  "python3.11": { bootstraps: "python", binaries: {} },
  "provided.al2023": { bootstraps: "provided", binaries: {} },
} satisfies Record<string, { bootstraps: string; binaries: Record<string, string> }>;

/** A language of this machine, or an image of ours, unpacked: everything then runs in it, supervisor included. */
export type Language = keyof typeof local | { runtime: string; rootfs: string };

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
  /** A command that starts it, as its own user. */
  wrapper: string[] = [],
): Supervisor {
  const folder = mkdtempSync(join(tmpdir(), "kambda-conformance-"));
  const taskRoot = join(folder, "task");
  for (const name of ["task", "opt", "tmp", "run", "lang/bin"])
    mkdirSync(join(folder, name), { recursive: true });
  lay(layer, join(folder, "opt"));
  writeFileSync(join(folder, "run/token"), "a-token\n");
  if (user !== undefined)
    for (const path of ["", "task", "opt", "tmp"]) chownSync(join(folder, path), user.uid, user.gid);
  const { command, variables } =
    typeof language === "string" ? onThisMachine(language, folder) : inImage(language.rootfs, folder);
  const [program = "", ...words] = [...wrapper, ...command];
  const child: ChildProcess = spawn(program, words, {
    env: {
      PATH: process.env.PATH,
      KAMBDA_LINK_HOST: "127.0.0.1",
      KAMBDA_LINK_PORT: String(link.port),
      KAMBDA_LINK_CA: link.ca,
      KAMBDA_RUNTIME_API_PORT: "0",
      ...variables,
      ...extra,
    },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
    ...(typeof language === "string" && wrapper.length === 0 ? user : {}),
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
    layerRoot: join(folder, "opt"),
    scratch: join(folder, "tmp"),
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

interface Started {
  command: string[];
  variables: Record<string, string>;
}

function onThisMachine(language: keyof typeof local, folder: string): Started {
  const { bootstraps, binaries } = local[language];
  for (const [name, target] of Object.entries(binaries)) symlinkSync(target, join(folder, "lang/bin", name));
  return {
    command: [join(top, "node_modules/bun/bin/bun.exe"), join(top, "runtime-image/supervisor/main.ts")],
    variables: {
      KAMBDA_TOKEN_PATH: join(folder, "run/token"),
      KAMBDA_SCRATCH_ROOT: join(folder, "tmp"),
      KAMBDA_TASK_ROOT: join(folder, "task"),
      KAMBDA_RUNTIME_DIR: join(top, "runtime-image/bootstraps", bootstraps),
      KAMBDA_LAYER_ROOT: join(folder, "opt"),
      KAMBDA_LANG_ROOT: join(folder, "lang"),
    },
  };
}

/** In mounts of its own, so that everyone's folders lie at the same paths of the one unpacked image, as they do in pods. */
function inImage(rootfs: string, folder: string): Started {
  const script = `set -e
mkdir -p "$0/proc" "$0/dev" "$0/run/kambda"
for name in proc dev; do mount --rbind "/$name" "$0/$name"; done
for name in tmp opt var/task; do mount --bind "$1/\${name##*/}" "$0/$name"; done
mount --bind "$1/run" "$0/run/kambda"
exec chroot --userspec=993:990 "$0" /kambda/bin/bun --no-env-file --config=/kambda/supervisor/bunfig.toml /kambda/supervisor/main.js`;
  return {
    command: ["unshare", "--mount", "--propagation=private", "sh", "-c", script, rootfs, folder],
    variables: {
      PATH: "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin:/usr/sbin:/sbin",
      KAMBDA_TOKEN_PATH: "/run/kambda/token",
    },
  };
}
