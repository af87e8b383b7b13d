/** The waits that take real time: a gateway that says nothing any more, and one that never was. Both run at once. */
import { afterAll, beforeAll, expect } from "bun:test";
import { createServer } from "node:net";
import { claim } from "./harness/claim.ts";
import { certificates, startUnclaimed } from "./harness/environment.ts";
import { startSupervisor } from "./harness/supervisor.ts";
import { waitFor } from "./harness/wait.ts";

type Unclaimed = Awaited<ReturnType<typeof startUnclaimed>>;
let silent: Unclaimed;
let alone: ReturnType<typeof startSupervisor>;
let aloneSinceMs = 0;

beforeAll(async () => {
  silent = await startUnclaimed();
  alone = startSupervisor("nodejs24.x", { port: await closedPort(), ca: certificates.ca });
  aloneSinceMs = Date.now();
});

afterAll(async () => {
  await silent.supervisor.dispose();
  silent.gateway.close();
  await alone.dispose();
});

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

claim(
  "a gateway that pinged, and then is silent for 12 s on an open connection, is dialled anew",
  async () => {
    const { peer, gateway, supervisor } = silent;
    const before = Date.now();
    peer.send("ping", { sentAt: before });
    await waitFor("the pong", () => peer.received.some(({ type }) => type === "pong"));
    await waitFor("a second hello", () => gateway.peers.length === 2, 30_000);
    expect(Date.now() - before).toBeGreaterThan(11_000);
    expect(peer.isClosed()).toBe(true);
    expect(gateway.peers[1]?.hello).toMatchObject({ ticket: expect.any(String), state: "unclaimed" });
    expect(supervisor.notes()).toContain("the gateway has gone silent");
  },
);

claim("an environment that no gateway ever answers ends after 30 s, as a failure", async () => {
  const ended = await alone.exited(45_000);
  expect(ended).toEqual({ code: 1, signal: null });
  expect(Date.now() - aloneSinceMs).toBeGreaterThan(29_000);
  expect(alone.notes()).toContain("no gateway can be reached");
});
