/**
 * What several processes of a function hold together: pages they share count once. In a pod the container's control group
 * tells; where there is none of the function's own, as for a supervisor beside others, the processes' shares do.
 */
import { afterAll, expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { type EnvironmentOptions, startEnvironment } from "./harness/environment.ts";
import { claimsInGroup } from "./harness/memory-group.ts";

const forking: EnvironmentOptions = {
  language: "python3.11",
  files: {
    "index.py": `import mmap, os, subprocess, time
held = []
def take(mb): held.append(b"x" * (mb << 20))
def fork(count, work):
    for _ in range(count):
        if os.fork() == 0:
            work()
            time.sleep(60)
def handler(event, context):
    if "mb" in event: take(event["mb"])
    for name, mb in event.get("files", {}).items():
        os.mkdir("/dev/shm/" + name)
        with open("/dev/shm/" + name + "/file", "wb") as file:
            for _ in range(mb): file.write(b"x" * (1 << 20))
        os.chmod("/dev/shm/" + name, 0)
    if "shared" in event:
        held.append(mmap.mmap(-1, event["shared"] << 20))
        held[-1].write(b"x" * len(held[-1]))
    def work():
        for segment in held: segment[::4096]
        take(event.get("each", 0))
    fork(event.get("forks", 0), work)
    end = time.monotonic() + event.get("wait", 0)
    while event.get("shells") and time.monotonic() < end: subprocess.run(["true"])
    time.sleep(max(0, end - time.monotonic()))
    return "fine"
`,
  },
  assignment: { memorySizeMb: 256, timeoutMs: 30_000 },
};

/** What holds in either place. `wrapper` starts the supervisor there. */
function claimsIn(place: string, wrapper?: string[]): void {
  const options = { ...forking, ...(wrapper === undefined ? {} : { wrapper }) };

  claim(
    `${place}: a function within its memory may fork: what its children share with it counts once`,
    async () => {
      await using environment = await startEnvironment(options);
      const { json, end } = await environment.invoke({ mb: 120, forks: 4, wait: 0.5 });
      expect(json).toBe("fine");
      expect(end.memoryUsedMb).toBeGreaterThan(120);
      expect(end.memoryUsedMb).toBeLessThanOrEqual(256);
    },
  );

  claim(`${place}: a segment that all its processes map counts once`, async () => {
    await using environment = await startEnvironment(options);
    expect((await environment.invoke({ shared: 120, forks: 4, wait: 0.5 })).json).toBe("fine");
  });

  claim(`${place}: a function above half its memory may start programs, however often`, async () => {
    await using environment = await startEnvironment(options);
    expect((await environment.invoke({ mb: 150, shells: true, wait: 3 })).json).toBe("fine");
  });

  claim(
    `${place}: several processes that hold too much together are out of memory, and the next invocation works`,
    async () => {
      await using environment = await startEnvironment(options);
      const over = await environment.invoke({ forks: 4, each: 80, wait: 20 });
      expect(over.json).toMatchObject({ errorType: "Runtime.OutOfMemory" });
      expect((await environment.invoke({ mb: 120 })).json).toBe("fine");
    },
  );
}

claimsIn("beside others");

claimsInGroup(1024, "what group.test.ts reads from recorded files of the kernel's", (group) => {
  afterAll(() => group.remove());
  claimsIn("in a pod", group.asInPod);

  claim(
    "in a pod: a single process's files in /dev/shm count, and are gone with it: the next has all its memory",
    async () => {
      await using environment = await startEnvironment({ ...forking, wrapper: group.asInPod });
      const near = await environment.invoke({ mb: 205, files: { small: 30 }, wait: 0.5 });
      expect(near.json).toBe("fine");
      expect(near.end.memoryUsedMb).toBeGreaterThanOrEqual(240);
      const over = await environment.invoke({ files: { large: 80 }, wait: 20 });
      expect(over.json).toMatchObject({ errorType: "Runtime.OutOfMemory" });
      const { json, end } = await environment.invoke({ mb: 30, wait: 0.5 });
      expect(json).toBe("fine");
      expect(end.memoryUsedMb).toBeLessThan(90);
    },
  );

  claim("in a pod: Max Memory Used, too, counts once what several processes share", async () => {
    await using environment = await startEnvironment({ ...forking, wrapper: group.asInPod });
    const { json, end } = await environment.invoke({ mb: 40, forks: 3, wait: 0.5 });
    expect(json).toBe("fine");
    expect(end.memoryUsedMb).toBeGreaterThan(40);
    // Mapped is four times as much, which is still below the limit.
    expect(end.memoryUsedMb).toBeLessThan(90);
  });
});
