/** What user code may not do to its own environment: each attempt is made. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";

/** Runs any code it is sent. */
const hostile = {
  language: "python3.11" as const,
  files: {
    "index.py": `import ctypes, errno, os, signal, socket, subprocess, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def name(code): return errno.errorcode.get(code, "0")
def attempt(call):
    try:
        return str(call())
    except OSError as error:
        return name(error.errno)
def handler(event, context):
    scope = dict(globals())
    exec(event["code"], scope)
    return scope["result"]
`,
  },
  assignment: { timeoutMs: 20_000 },
};

claim(
  "the function cannot read or change the supervisor: its memory, environment, files, threads",
  async () => {
    await using environment = await startEnvironment(hostile);
    const { json } = await environment.invoke({
      code: `
parent = os.getppid()
proc = f"/proc/{parent}/"
PTRACE_ATTACH, PIDFD_OPEN, PIDFD_GETFD = 16, 434, 438
def called(*args):
    return name(ctypes.get_errno()) if libc.syscall(*args) == -1 else "done"
local = (ctypes.c_char * 8)()
class Vector(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]
mine, theirs = Vector(ctypes.addressof(local), 8), Vector(0x10000, 8)
pidfd = libc.syscall(PIDFD_OPEN, parent, 0)
result = {
  **{file: attempt(lambda: open(proc + file, "rb").read(1)) for file in ["mem", "environ", "maps", "auxv", "io", "stack"]},
  "fd": attempt(lambda: os.listdir(proc + "fd")),
  "cwd": attempt(lambda: os.readlink(proc + "cwd")),
  "root": attempt(lambda: os.listdir(proc + "root/")),
  "ptrace": "done" if libc.ptrace(PTRACE_ATTACH, parent, 0, 0) == 0 else name(ctypes.get_errno()),
  "process_vm_readv": "done" if libc.process_vm_readv(parent, ctypes.byref(mine), ctypes.c_ulong(1), ctypes.byref(theirs), ctypes.c_ulong(1), ctypes.c_ulong(0)) > 0 else name(ctypes.get_errno()),
  "pidfd_getfd": called(PIDFD_GETFD, pidfd, 0, 0),
}`,
    });
    expect(json).toEqual({
      mem: "EACCES",
      environ: "EACCES",
      maps: "EACCES",
      auxv: "EACCES",
      io: "EACCES",
      stack: "EACCES",
      fd: "EACCES",
      cwd: "EACCES",
      root: "EACCES",
      ptrace: "EPERM",
      process_vm_readv: "EPERM",
      pidfd_getfd: "EPERM",
    });
  },
);

claim("nothing of the supervisor's is inherited: no descriptor but the three standard ones", async () => {
  await using environment = await startEnvironment(hostile);
  const { json } = await environment.invoke({
    code: `
found = {}
for fd in os.listdir("/proc/self/fd"):
    found[fd] = attempt(lambda: os.readlink("/proc/self/fd/" + fd)).split(":")[0]
link = os.environ["AWS_LAMBDA_RUNTIME_API"]
result = [found, [name for name in os.environ if name.startswith(("KAMBDA_", "KUBERNETES_"))]]`,
  });
  const [found, variables] = json as [Record<string, string>, string[]];
  expect(variables).toEqual([]);
  // Its own connection to the Runtime API, and the folder it is reading just now.
  expect(
    Object.keys(found).filter((fd) => Number(fd) > 2 && found[fd] !== "socket" && found[fd] !== "ENOENT"),
  ).toEqual([]);
});

claim("a function has 1024 file descriptors, and cannot ask for more", async () => {
  await using environment = await startEnvironment(hostile);
  const { json } = await environment.invoke({
    code: `
import resource
def more(): resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
held = []
def fill():
    while True: held.append(os.dup(0))
try:
    more(); raised = "done"
except ValueError: raised = "refused"
result = [resource.getrlimit(resource.RLIMIT_NOFILE), raised, attempt(fill), 1000 < len(held) < 1024]
for fd in held: os.close(fd)`,
  });
  expect(json).toEqual([[1024, 1024], "refused", "EMFILE", true]);
});

claim("a function cannot change its code or its layers, by any way, and its storage is its own", async () => {
  await using environment = await startEnvironment({ ...hostile, layer: { "lib/tool": "as it was" } });
  const { taskRoot, layerRoot, scratch } = environment.supervisor;
  const { json } = await environment.invoke({
    code: `
task, layer, scratch = "${taskRoot}", "${layerRoot}", "${scratch}"
own = task + "/index.py"
def write(path, mode): open(path, mode).close()
result = {
  "read": open(own).read().startswith("import"),
  "write": attempt(lambda: write(own, "r+")),
  "truncate": attempt(lambda: os.truncate(own, 0)),
  "create": attempt(lambda: write(task + "/new.py", "x")),
  "mkdir": attempt(lambda: os.mkdir(task + "/__pycache__")),
  "remove": attempt(lambda: os.remove(own)),
  "rename": attempt(lambda: os.rename(own, scratch + "/index.py")),
  "replace": attempt(lambda: (write(scratch + "/evil.py", "x"), os.rename(scratch + "/evil.py", own))),
  "link": attempt(lambda: os.link(scratch + "/evil.py", task + "/evil.py")),
  "symlink": attempt(lambda: os.symlink("/etc", task + "/etc")),
  "fifo": attempt(lambda: os.mkfifo(task + "/fifo")),
  "layer": attempt(lambda: write(layer + "/lib/tool", "w")),
  "through /proc": attempt(lambda: write("/proc/self/root" + own, "r+")),
  "by a child": subprocess.run(["sh", "-c", f"echo x >> {own}"], capture_output=True).returncode,
  "storage": attempt(lambda: write(scratch + "/mine", "x")),
}`,
  });
  expect(json).toEqual({
    read: true,
    write: "EACCES",
    truncate: "EACCES",
    create: "EACCES",
    mkdir: "EACCES",
    remove: "EACCES",
    rename: expect.stringMatching(/^(EACCES|EXDEV)$/),
    replace: expect.stringMatching(/^(EACCES|EXDEV)$/),
    link: expect.stringMatching(/^(EACCES|EXDEV)$/),
    symlink: "EACCES",
    fifo: "EACCES",
    layer: "EACCES",
    "through /proc": "EACCES",
    "by a child": 2,
    storage: "None",
  });
});

const unstartable: Array<[title: string, bootstrap: { content: string; mode: number }, reason: RegExp]> = [
  ["that is no program", { content: "\x00\x01\x02", mode: 0o755 }, /exec format error$/],
  ["whose interpreter is missing", { content: "#!/nowhere/sh\n", mode: 0o755 }, /no such file or directory$/],
];
for (const [title, bootstrap, reason] of unstartable) {
  claim(`a bootstrap ${title} is an invalid entry point, and says why`, async () => {
    await using environment = await startEnvironment({ language: "provided.al2023", files: { bootstrap } });
    const { json } = await environment.invoke({});
    expect(json).toEqual({
      errorType: "Runtime.InvalidEntrypoint",
      errorMessage: expect.stringMatching(reason),
    });
  });
}
