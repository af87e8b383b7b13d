/** Telemetry when something goes wrong: nobody waits for a subscriber, and what fails is told before the environment ends. */
import { expect } from "bun:test";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { connectExtension, waitingExtensions } from "./harness/extension.ts";
import { listenHttp, subscribe, subscription, withExtension } from "./harness/telemetry.ts";
import { waitFor } from "./harness/wait.ts";

for (const [title, destination] of [
  ["nobody listens", { protocol: "HTTP", URI: "http://sandbox:1" }],
  ["nobody accepts", { protocol: "TCP", port: 1 }],
] as const) {
  claim(`invocations go on when ${title}`, async () => {
    await using environment = await startEnvironment(
      withExtension("console.log('x'.repeat(1000)); return 1"),
    );
    await subscribe(environment, subscription(0, { destination }));
    for (let count = 0; count < 20; count++) expect((await environment.invoke()).json).toBe(1);
  });
}

claim("a subscriber that answers with errors costs the invocations nothing", async () => {
  using listener = await listenHttp(500);
  await using environment = await startEnvironment(
    withExtension("if (event.crash) process.exit(1); return 1"),
  );
  await subscribe(environment, subscription(listener.port));
  expect((await environment.invoke()).json).toBe(1);
  await waitFor("an attempt", () => listener.paths.length > 0);
  expect((await environment.invoke()).json).toBe(1);
});

claim(
  "a failed INIT is told, with what the function last wrote, before the extension is asked to end",
  async () => {
    using listener = await listenHttp();
    await using environment = await startEnvironment({
      layer: waitingExtensions("a"),
      files: { "index.mjs": `console.log("a line"); process.stdout.write("last words"); process.exit(3);` },
    });
    const a = await connectExtension(environment.supervisor.layerRoot, "a");
    await a.register(["SHUTDOWN"]);
    await a.subscribe(subscription(listener.port, { buffering: { timeoutMs: 30_000 } }));
    expect(await a.event()).toMatchObject({ eventType: "SHUTDOWN", shutdownReason: "failure" });
    await waitFor("the report", () => listener.told.some(({ type }) => type === "platform.initReport"));
    const done = listener.told.find(({ type }) => type === "platform.initRuntimeDone");
    expect(done?.record).toMatchObject({ phase: "init", status: "error", errorType: "Runtime.ExitError" });
    const lines = listener.told.filter(({ type }) => type === "function").map(({ record }) => String(record));
    expect(lines.join("")).toMatch(/a line.*last words/s);
    a.exit(0);
  },
);

claim("a failed invocation's runtimeDone is told before the extension is asked to end", async () => {
  using listener = await listenHttp();
  await using environment = await startEnvironment(withExtension("process.exit(1)"));
  const a = await connectExtension(environment.supervisor.layerRoot, "a");
  await a.register(["SHUTDOWN"]);
  await a.subscribe(subscription(listener.port, { buffering: { timeoutMs: 30_000 } }));
  const shutdown = a.event();
  const result = environment.invoke();
  expect(await shutdown).toMatchObject({ shutdownReason: "failure" });
  const done = await waitFor("runtimeDone", () =>
    listener.told.find(({ type }) => type === "platform.runtimeDone"),
  );
  expect(done.record).toMatchObject({ status: "error", errorType: "Runtime.ExitError" });
  a.exit(0);
  await result;
});
