/** How an environment leaves: told to by its pod's end or its gateway, with something running or nothing. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { noGrant } from "../../crds/link/grant.ts";
import { archive } from "./harness/archive.ts";
import { claim } from "./harness/claim.ts";
import { anAssignment, assign, startEnvironment, startUnclaimed } from "./harness/environment.ts";
import { connectRuntime, waitingRuntime } from "./harness/runtime.ts";
import { waitFor } from "./harness/wait.ts";

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);

claim("SIGTERM lets the invocation finish, says leaving, and exits 0", async () => {
  await using environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  const result = environment.invoke({}, { requestId, timeoutMs: 10_000 });
  await runtime.next();
  environment.supervisor.signal("SIGTERM");
  await waitFor("leaving", () => environment.peer.received.some(({ type }) => type === "leaving"));
  const refused = await environment.invoke({}, { requestId: randomUUID() });
  expect(refused).toMatchObject({
    begun: false,
    end: { status: "failure" },
    responseEnd: { error: { errorType: "Environment.Leaving" } },
  });
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: '"finished"' });
  runtime.free();
  expect((await result).json).toBe("finished");
  expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
});

claim("a shutdown ends an idle environment with its runtime, and exits 0", async () => {
  const files = { "index.mjs": "export const handler = async () => process.pid;" };
  await using environment = await startEnvironment({ files });
  const pid = (await environment.invoke()).json;
  environment.peer.send("shutdown", { reason: "spindown", epoch: 1 });
  expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
  expect(existsSync(`/proc/${pid}`)).toBe(false);
});

for (const [title, handler] of [
  ["an answer", "async () => 'x'.repeat(6_000_000)"],
  [
    "a stream",
    "awslambda.streamifyResponse(async (event, stream) => stream.end(Buffer.alloc(4_000_000, 120)))",
  ],
] as const) {
  claim(
    `an environment that leaves ends only when its gateway has read ${title}, however slowly`,
    async () => {
      await using environment = await startEnvironment({
        files: { "index.mjs": `export const handler = ${handler};` },
        assignment: { timeoutMs: 20_000 },
      });
      const { peer, supervisor } = environment;
      await environment.initialized();
      peer.pause();
      const result = environment.invoke();
      await waitFor("the report", () => supervisor.log().includes("REPORT RequestId"));
      supervisor.signal("SIGTERM");
      // All else that it waits for has ended then; who had ended with it could not send the rest.
      await waitFor("the function's processes to be gone", () => childrenOf(supervisor.pid).length === 0);
      peer.send("ping", { sentAt: 1 });
      peer.resume();
      expect((await result).text.match(/x/g)).toHaveLength(title === "a stream" ? 4_000_000 : 6_000_000);
      expect(await supervisor.exited()).toEqual({ code: 0, signal: null });
    },
  );
}

claim(
  "an environment that leaves says which grant came last, and starts nothing that was on its way to it",
  async () => {
    const { gateway, supervisor, peer } = await startUnclaimed();
    supervisor.signal("SIGTERM");
    const leaving = await waitFor("leaving", () =>
      peer.received.find((message) => message.type === "leaving"),
    );
    expect(leaving.head).toMatchObject({ last: noGrant });
    const assignment = anAssignment({});
    assign(peer, assignment, await archive({ "index.mjs": "export const handler = () => 1;" }));
    peer.send("invoke", {
      requestId: randomUUID(),
      revision: assignment.revision,
      timeoutMs: 3000,
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      logTail: false,
      grant: "1.1",
      epoch: 1,
    });
    expect(await supervisor.exited()).toEqual({ code: 0, signal: null });
    await waitFor("the link's end", () => peer.isClosed());
    expect(peer.received.map(({ type }) => type)).not.toContain("begin");
    await supervisor.dispose();
    gateway.close();
  },
);

claim("an environment that leaves says what it still runs to be the last that came", async () => {
  await using environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  const result = environment.invoke({}, { requestId, grant: "1.7", timeoutMs: 10_000 });
  await runtime.next();
  environment.supervisor.signal("SIGTERM");
  const leaving = await waitFor("leaving", () =>
    environment.peer.received.find((message) => message.type === "leaving"),
  );
  expect(leaving.head).toMatchObject({ last: "1.7" });
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: '"finished"' });
  runtime.free();
  expect((await result).json).toBe("finished");
});

claim("an unclaimed environment leaves at once on SIGTERM", async () => {
  const { gateway, supervisor } = await startUnclaimed();
  supervisor.signal("SIGTERM");
  expect(await supervisor.exited()).toEqual({ code: 0, signal: null });
  await supervisor.dispose();
  gateway.close();
});
