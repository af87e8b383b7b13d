/** A real supervisor process with folders of its own, and the real runtimes of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { compiledProgram } from "../../../images/build/ingredient/program.ts";
import { currentWorkspace } from "../../../images/build.ts";
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

/** A language of this machine; or an image, unpacked, in which everything runs, the supervisor too. */
export type Language =
  | keyof typeof local
  | { runtime: string; rootfs: string }
  /** An image of a function's own: the supervisor comes in with the folder `kambda` of its image, and its own libraries. */
  | { runtime: "image"; rootfs: string; kambda: string; variables: Record<string, string> };

const jail = await compiledProgram(currentWorkspace(), "runtime-image/jail", console.error);

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
  const common = {
    KAMBDA_LINK_HOST: "127.0.0.1",
    KAMBDA_LINK_PORT: String(link.port),
    KAMBDA_LINK_CA: link.ca,
    KAMBDA_RUNTIME_API_PORT: "0",
  };
  const { command, variables } =
    typeof language === "string"
      ? onThisMachine(language, folder, { ...common, ...extra })
      : inImage(language, folder, { ...common, ...extra });
  const [program = "", ...words] = [...wrapper, ...command];
  const child: ChildProcess = spawn(program, words, {
    env: variables,
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

type Variables = Record<string, string | undefined>;

interface Started {
  command: string[];
  variables: Variables;
}

function onThisMachine(language: keyof typeof local, folder: string, given: Variables): Started {
  const { bootstraps, binaries } = local[language];
  // Beside it, since the cache it was compiled into may be closed to the environment's user.
  copyFileSync(jail, join(folder, "jail"));
  for (const [name, target] of Object.entries(binaries)) symlinkSync(target, join(folder, "lang/bin", name));
  return {
    command: [join(top, "node_modules/bun/bin/bun.exe"), join(top, "runtime-image/supervisor/main.ts")],
    variables: {
      PATH: process.env.PATH,
      KAMBDA_TOKEN_PATH: join(folder, "run/token"),
      KAMBDA_SCRATCH_ROOT: join(folder, "tmp"),
      KAMBDA_JAIL: join(folder, "jail"),
      KAMBDA_TASK_ROOT: join(folder, "task"),
      KAMBDA_RUNTIME_DIR: join(top, "runtime-image/bootstraps", bootstraps),
      KAMBDA_LAYER_ROOT: join(folder, "opt"),
      KAMBDA_LANG_ROOT: join(folder, "lang"),
      ...given,
    },
  };
}

const supervisor = [
  "/kambda/bin/bun",
  "--no-env-file",
  "--config=/kambda/supervisor/bunfig.toml",
  "/kambda/supervisor/main.js",
];
const loader = ["/kambda/lib/ld.so", "--library-path", "/kambda/lib"];

/** In mounts of its own, so that everyone's folders lie at the same paths of the one unpacked image, as they do in pods. */
const script = `set -e; root="$1"; own="$2"; kambda="$3"; shift 3
mount_at() { mkdir -p "$root/$2"; mount --rbind "$1" "$root/$2"; }
mount_at /proc proc; mount_at /dev dev; mount_at "$own/tmp" tmp; mount_at "$own/run" run/kambda
if [ -n "$kambda" ]; then mount_at "$kambda" kambda
else mount_at "$own/opt" opt; mount_at "$own/task" var/task; fi
exec env --ignore-environment "$@"`;

function inImage(image: Exclude<Language, string>, folder: string, given: Variables): Started {
  const isForeign = "kambda" in image;
  const variables = {
    PATH: "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin",
    ...(isForeign ? image.variables : {}),
    KAMBDA_TOKEN_PATH: "/run/kambda/token",
    ...given,
  };
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  const change = ["/usr/sbin/chroot", "--userspec=993:990", image.rootfs];
  const own = [image.rootfs, folder, isForeign ? image.kambda : ""];
  const start = isForeign ? [...loader, ...supervisor] : supervisor;
  return {
    command: [
      "unshare",
      "--mount",
      "--propagation=private",
      "sh",
      "-c",
      script,
      "sh",
      ...own,
      ...pairs,
      ...change,
      ...start,
    ],
    variables: { PATH: process.env.PATH },
  };
}
