/** In a real pod a function that takes more than it was given is ended by its supervisor, and the pod lives on. */
import { describe, expect, test } from "bun:test";
import { aPythonHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";

const greedy = aPythonHandler(
  "greedy",
  `import os, socket, threading, time
held = []
def process(): return socket.gethostname() + "/" + str(os.getpid())
def handler(event, context):
    print("process " + process(), flush=True)
    if event.get("do") == "memory":
        while True: held.append(b"x" * (4 << 20))
    if event.get("do") == "storage":
        with open("/tmp/much", "wb") as file:
            for _ in range(150): file.write(b"x" * (4 << 20))
        time.sleep(20)
    if event.get("do") == "processes":
        for _ in range(1100): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        time.sleep(20)
    return {"process": process(), "tmp": os.listdir("/tmp"), "processes": len([p for p in os.listdir("/proc") if p.isdigit()])}
`,
  { timeout: 25, memorySize: 512 },
);

const namespace = testNamespace("limits", (made) => made.ready(greedy));

interface Found {
  /** Of the pod, and in it. */
  process: string;
  tmp: string[];
  processes: number;
}
const look = async () => (await namespace.sdk.invoke("greedy", {})).json<Found>();

const table: Array<[what: string, errorType: string, message: RegExp]> = [
  ["memory", "Runtime.OutOfMemory", /signal: killed$/],
  [
    "storage",
    "Function.EphemeralStorageExceeded",
    /\/tmp held \d+ MB; the function's ephemeral storage is 512 MB$/,
  ],
  ["processes", "Function.ProcessLimitExceeded", /ran 1\d{3} processes and threads; 1024 are allowed$/],
];

describe("a function that takes too much", () => {
  for (const [what, errorType, message] of table) {
    test(`${what}: ${errorType}, and the pod lives on, afresh`, async () => {
      const failed = await namespace.sdk.invoke("greedy", { do: what }, { LogType: "Tail" });
      // Which of the function's environments took it: another may have served the test before.
      const ended = /^process (\S+)$/m.exec(failed.log ?? "")?.[1];
      expect(ended).toBeDefined();
      expect(failed).toMatchObject({ statusCode: 200, functionError: "Unhandled" });
      expect(failed.json<object>()).toEqual({ errorType, errorMessage: expect.stringMatching(message) });
      const after = await look();
      expect(after.process).not.toBe(ended as string);
      expect(after.tmp).toEqual([]);
      // The supervisor and the runtime.
      expect(after.processes).toBe(2);
      const pod = await namespace.get("pod", ended?.split("/")[0] ?? "");
      expect(pod?.metadata.deletionTimestamp).toBeUndefined();
      // That it runs, the kubelet may tell late.
      expect(["Pending", "Running"]).toContain(
        (pod?.status as { phase: string } | undefined)?.phase ?? "gone",
      );
    });
  }
});
