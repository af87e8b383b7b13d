/** What an environment accepts from gateways, and what it does when links break. */
import { expect } from "bun:test";
import { randomUUID } from "node:crypto";
import { archive } from "./harness/archive.ts";
import { makeCertificates } from "./harness/certificates.ts";
import { claim } from "./harness/claim.ts";
import {
  anAssignment,
  assign,
  certificates,
  collect,
  invoke,
  startEnvironment,
  startUnclaimed,
} from "./harness/environment.ts";
import { startGateway } from "./harness/gateway.ts";
import { connectRuntime, waitingRuntime } from "./harness/runtime.ts";
import { startSupervisor } from "./harness/supervisor.ts";
import { waitFor } from "./harness/wait.ts";

const one = { "index.mjs": "export const handler = async () => 1" };

claim("the first hello carries token and key; it is unclaimed", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed();
  expect(peer.hello).toMatchObject({ version: 2, token: "a-token", state: "unclaimed", epoch: 0 });
  expect(peer.hello.publicKey).toBeString();
  expect(peer.hello.ticket).toBeUndefined();
  await supervisor.dispose();
  gateway.close();
});

claim("a link that breaks is made again with the ticket, and says what it is", async () => {
  await using environment = await startEnvironment({ files: one });
  await environment.initialized();
  environment.peer.cut();
  const again = await environment.gateway.accept();
  expect(again.hello).toMatchObject({
    state: "assigned",
    revision: environment.assignment.revision,
    epoch: 1,
  });
  expect(again.hello.ticket).toBeString();
  expect(again.hello.token).toBeUndefined();
  expect((await invoke(again, environment.assignment, {}, {})).json).toBe(1);
});

claim("a gateway that breaks the framing is dialled anew", async () => {
  await using environment = await startEnvironment({ files: one });
  await environment.initialized();
  environment.peer.raw(Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]));
  const again = await environment.gateway.accept();
  expect((await invoke(again, environment.assignment, {}, {})).json).toBe(1);
  expect(environment.supervisor.notes()).toContain("FrameError");
});

claim("a gateway of another release is told no word, and the log says why", async () => {
  const gateway = await startGateway(certificates, { versions: [1] });
  const supervisor = startSupervisor("nodejs24.x", { port: gateway.port, ca: certificates.ca }, {});
  await waitFor("the log to say why", () =>
    supervisor.notes().includes("their images are of different releases"),
  );
  expect(supervisor.notes()).toContain("the gateway speaks version 1 of the link, this environment 2");
  expect([gateway.peers, gateway.refused]).toEqual([[], []]);
  await supervisor.dispose();
  gateway.close();
});

claim("pings are answered", async () => {
  await using environment = await startEnvironment({ files: one });
  environment.peer.send("ping", { sentAt: 42 });
  await waitFor("a pong", () =>
    environment.peer.received.some((message) => message.type === "pong" && message.head.sentAt === 42),
  );
});

claim("every gateway a gateway names is dialled, with the ticket", async () => {
  const other = await startGateway(certificates, { id: "gateway-b" });
  const options = { gateway: { peers: [{ host: "127.0.0.1", port: other.port }] }, files: one };
  await using environment = await startEnvironment(options);
  // This other gateway does not know the first one's tickets and refuses; that it was shown one is the claim.
  const hello = await waitFor("a hello to the other", () => other.refused[0]);
  expect(hello.ticket).toBeString();
  await environment.initialized();
  other.close();
});

claim("without any gateway for 5 s the environment ends, and its runtime with it", async () => {
  await using environment = await startEnvironment({
    files: { "index.mjs": "export const handler = async () => process.pid" },
  });
  const pid = (await environment.invoke({})).json as number;
  const before = Date.now();
  environment.gateway.close();
  expect(await environment.supervisor.exited()).toEqual({ code: 0, signal: null });
  expect(Date.now() - before).toBeGreaterThan(4_500);
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});

claim("an answer whose link broke is told again when it is back", async () => {
  await using environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  const { revision, timeoutMs } = environment.assignment;
  const arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
  const head = {
    requestId,
    revision,
    timeoutMs: timeoutMs * 3,
    invokedFunctionArn: arn,
    logTail: false,
    grant: "g",
    epoch: 1,
  };
  environment.peer.send("invoke", head, Buffer.from("{}"));
  await runtime.next();
  environment.peer.cut();
  await waitFor("the cut", () => environment.supervisor.notes().includes("ended"));
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: '"kept"' });
  runtime.free();
  const again = await environment.gateway.accept();
  const result = await collect(again, requestId);
  expect(result).toMatchObject({ text: '"kept"', begun: true, end: { status: "success", grant: "g" } });
});

claim("a hello in the middle of an invocation names it", async () => {
  await using environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  void environment.invoke({}, { requestId, timeoutMs: 9_000 }).catch((error: Error) => error);
  await runtime.next();
  environment.peer.cut();
  const again = await environment.gateway.accept();
  expect(again.hello.busy).toBe(requestId);
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: "1" });
  runtime.free();
  expect((await collect(again, requestId)).json).toBe(1);
});

claim("a second assignment is refused, and the first goes on (C2)", async () => {
  await using environment = await startEnvironment({ files: one });
  await environment.initialized();
  const other = { ...environment.assignment, revision: "another" };
  assign(environment.peer, other, await archive({ "index.mjs": "export const handler = async () => 2" }));
  await waitFor("the refusal", () =>
    environment.peer.received.some(
      (message) =>
        message.type === "initialized" &&
        message.head.revision === "another" &&
        message.head.error?.errorType === "Environment.Assigned",
    ),
  );
  const refused = await invoke(environment.peer, other, {}, {});
  expect(refused).toMatchObject({
    begun: false,
    responseEnd: { error: { errorType: "Environment.WrongRevision" } },
  });
  expect((await environment.invoke({})).json).toBe(1);
});

claim("a second invocation at the same time is refused, and the first goes on (C2)", async () => {
  await using environment = await startEnvironment(waitingRuntime);
  const runtime = await connectRuntime(environment.supervisor.taskRoot);
  const requestId = randomUUID();
  const first = environment.invoke({}, { requestId, timeoutMs: 9_000 });
  await runtime.next();
  expect(await environment.invoke({})).toMatchObject({
    begun: false,
    end: { status: "failure" },
    responseEnd: { error: { errorType: "Environment.Busy" } },
  });
  await runtime.call("POST", `/runtime/invocation/${requestId}/response`, { body: "1" });
  runtime.free();
  expect((await first).json).toBe(1);
});

claim("an invocation before any assignment is refused", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed();
  const refused = await invoke(peer, anAssignment({}), {}, {});
  expect(refused.responseEnd.error?.errorType).toBe("Environment.Unassigned");
  await supervisor.dispose();
  gateway.close();
});

claim("what an older placer sends is refused", async () => {
  await using environment = await startEnvironment({ files: one });
  expect((await environment.invoke({}, { epoch: 5 })).json).toBe(1);
  const stale = await environment.invoke({}, { epoch: 4 });
  expect(stale).toMatchObject({
    begun: false,
    responseEnd: { error: { errorType: "Environment.StaleEpoch" } },
  });
  environment.peer.send("shutdown", { reason: "spindown", epoch: 4 });
  expect((await environment.invoke({}, { epoch: 5 })).json).toBe(1);
});

claim("an assignment of an older placer is refused; the environment stays unclaimed", async () => {
  const { gateway, supervisor, peer } = await startUnclaimed({ gateway: { epoch: 7 } });
  const assignment = anAssignment({});
  assign(peer, assignment, await archive(one), 6);
  expect((await invoke(peer, assignment, {}, { epoch: 7 })).responseEnd.error?.errorType).toBe(
    "Environment.Unassigned",
  );
  assign(peer, assignment, await archive(one), 7);
  expect((await invoke(peer, assignment, {}, { epoch: 7 })).json).toBe(1);
  await supervisor.dispose();
  gateway.close();
});

claim("a gateway of another authority is told nothing, not even the token", async () => {
  const impostor = await startGateway(await makeCertificates());
  // Not even where the image or a Secret says that certificates do not matter.
  const careless = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const supervisor = startSupervisor("nodejs24.x", { port: impostor.port, ca: certificates.ca }, careless);
  await waitFor("the refusal", () => /link to .* ended: .*certificate/i.test(supervisor.notes()));
  expect([impostor.peers, impostor.refused]).toEqual([[], []]);
  await supervisor.dispose();
  impostor.close();
});
