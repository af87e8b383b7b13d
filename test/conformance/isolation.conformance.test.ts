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
