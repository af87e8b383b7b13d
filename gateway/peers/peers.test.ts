/** Two gateways' connections, and what a stranger gets: mutual TLS with the link's own keys, no cluster. */
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { createSystemClock } from "../../kernel/clock/clock.ts";
import { createSystemRandom } from "../../kernel/random/random.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { issueTrust } from "../../kernel/trust/issue.ts";
import type { PodKey } from "../link/identity.ts";
import type { ShardEvent } from "../shard/event.ts";
import { speak } from "./connection.ts";
import { peerLimits } from "./limits.ts";
import { type PeerMessage, peerVersion, readPeerMessage } from "./messages.ts";
import { createPeers, type Peers } from "./peers.ts";
import { createPeerServer } from "./server.ts";

const clock = createSystemClock();
const serverName = "kambda-peer";
const keys = await issueTrust(clock.nowMs(), ["kambda-link", serverName]);

test("two gateways meet, each knows the other by its process, and a want is answered by a grant", async () => {
  const one = await aGateway("one/1");
  const two = await aGateway("two/1");
  one.peers.addresses([{ name: "two", host: "127.0.0.1", port: two.peers.port }]);
  await until(() => one.has("peerOpen", "two/1") && two.has("clientOpen", "one/1"));
  const target = { key: "a/f-1", functionKey: "a/f", namespace: "a", poolShape: undefined };
  const caps = { reserved: undefined, unreserved: 4, account: 4, provisioned: 0, setAside: 0 };
  one.peers.toPlacer(0, "two/1", { type: "want", want: { id: "w", target, caps, bytes: 1, paced: true } });
  await until(() => two.has("clientSays", "one/1"));
  const want = { id: "w", paced: true };
  expect(two.events).toContainEqual(
    expect.objectContaining({ message: expect.objectContaining({ want: expect.objectContaining(want) }) }),
  );
  const granted = { by: "two/1", environmentId: "e", grant: "1.2", epoch: 1, target, assigned: true };
  two.peers.toClient(0, "one/1", { type: "grant", wantId: "w", granted });
  await until(() => one.events.some((event) => event.type === "peerSays" && event.message.type === "grant"));
  await two.peers[Symbol.asyncDispose]();
  await until(() => one.has("peerClosed", "two/1") && one.has("peerUnreachable", "two/1"));
  await one.peers[Symbol.asyncDispose]();
});

test("another process at the same address means that the one before is gone", async () => {
  const one = await aGateway("one/1");
  const two = await aGateway("two/1");
  const { port } = two.peers;
  one.peers.addresses([{ name: "two", host: "127.0.0.1", port }]);
  await until(() => one.has("peerOpen", "two/1"));
  await two.peers[Symbol.asyncDispose]();
  const successor = await aGateway("two/2", port);
  await until(() => one.has("peerOpen", "two/2"));
  expect(one.has("peerUnreachable", "two/1")).toBe(true);
  await one.peers[Symbol.asyncDispose]();
  await successor.peers[Symbol.asyncDispose]();
});

test("whose token one has accepted, before they met and after, the other knows", async () => {
  const one = await aGateway("one/1", 0, [{ uid: "before", publicKey: "k1" }]);
  const two = await aGateway("two/1");
  one.peers.addresses([{ name: "two", host: "127.0.0.1", port: two.peers.port }]);
  await until(() => one.has("peerOpen", "two/1"));
  one.peers.tell({ uid: "after", publicKey: "k2" });
  await until(() => two.podKeys.size === 2);
  expect(Object.fromEntries(two.podKeys)).toEqual({ before: "k1", after: "k2" });
  for (const { peers } of [one, two]) await peers[Symbol.asyncDispose]();
});

test("a gateway of the release before, which would take it for nonsense, is not told", async () => {
  const one = await aGateway("one/1", 0, [{ uid: "before", publicKey: "k1" }]);
  const heard: string[] = [];
  const deps = { clock, log: createTestLog() };
  const closed = () => {};
  const before = await createPeerServer(deps, { host: "127.0.0.1", port: 0, keys }, (socket) =>
    speak(
      deps,
      socket,
      { id: "old/1", shards: 1, version: 1 },
      { opened: closed, closed, message: ({ type }) => heard.push(type) },
    ),
  );
  one.peers.addresses([{ name: "old", host: "127.0.0.1", port: before.port }]);
  await until(() => one.has("peerOpen", "old/1"));
  one.peers.toPlacer(0, "old/1", { type: "health", staleMs: 1 });
  await until(() => heard.length > 0);
  expect(heard).toEqual(["toPlacer"]);
  await one.peers[Symbol.asyncDispose]();
  await before.close();
});

/** A gateway of another version that dials `to`, and what it is told. */
async function aClientOf(to: Peers, version: number) {
  const told: PeerMessage[] = [];
  const ended: string[] = [];
  const opened = Promise.withResolvers<string>();
  const { caCertificate: ca, certificate: cert, key } = keys;
  const socket = connect({ host: "127.0.0.1", port: to.port, servername: serverName, ca, cert, key });
  const connection = speak(
    { clock, log: createTestLog() },
    socket,
    { id: "old/1", shards: 1, version },
    {
      opened: opened.resolve,
      closed: (reason) => ended.push(reason),
      message: (message) => told.push(message),
    },
  );
  await opened.promise;
  return { told, ended, close: connection.close };
}

test.each([
  [1, "configuration", "crashed"],
  [1, "deleted", "crashed"],
  [1, "quota", "quota"],
  [2, "configuration", "configuration"],
] as const)("a gateway of version %i is told %s as %s, and stays", async (version, kind, said) => {
  const one = await aGateway("one/1");
  const client = await aClientOf(one.peers, version);
  await until(() => one.has("clientOpen", "old/1"));
  const refusal = { kind: "cannotStart", failure: { kind, message: "no Secret" } } as const;
  one.peers.toClient(0, "old/1", { type: "refuse", wantId: "w", refusal });
  await until(() => client.told.length > 0);
  const failure = { kind: said, message: "no Secret" };
  expect(client.told[0]).toMatchObject({ message: { refusal: { failure } } });
  expect(client.ended).toEqual([]);
  client.close();
  await one.peers[Symbol.asyncDispose]();
});

test.each([
  ["of letters", "x"],
  ["that JSON writes as six bytes each", "\u0001"],
])(
  "a failure's message of 20,000 characters %s arrives cut, and the connection stays",
  async (_, character) => {
    const one = await aGateway("one/1");
    const client = await aClientOf(one.peers, peerVersion);
    await until(() => one.has("clientOpen", "old/1"));
    const failure = { kind: "admission", message: character.repeat(20_000) } as const;
    const refusal = { kind: "cannotStart", failure } as const;
    one.peers.toClient(0, "old/1", { type: "refuse", wantId: "w", refusal });
    await until(() => client.told.length + client.ended.length > 0);
    const message = character.repeat(peerLimits.failureLengthMax);
    expect(client.told[0]).toMatchObject({ message: { refusal: { failure: { message } } } });
    expect(client.ended).toEqual([]);
    client.close();
    await one.peers[Symbol.asyncDispose]();
  },
);

test("a kind of failure, or a reason, that only a later release knows is read as one that is known", () => {
  const read = (refusal: object) =>
    readPeerMessage({ type: "toClient", shard: 0, message: { type: "refuse", wantId: "w", refusal } });
  expect(read({ kind: "cannotStart", failure: { kind: "eclipse", message: "dark" } })).toMatchObject({
    message: { refusal: { failure: { kind: "unavailable", message: "dark" } } },
  });
  expect(read({ kind: "throttled", reason: "FullMoon", retryMs: 5 })).toMatchObject({
    message: { refusal: { reason: "ConcurrentInvocationLimitExceeded" } },
  });
});

test.each([
  ["no certificate", {}],
  ["a certificate of another CA", await issueTrust(clock.nowMs(), [serverName])],
])("a stranger with %s is not heard (S2)", async (_, stranger) => {
  const one = await aGateway("one/1");
  const { certificate: cert, key } = stranger as { certificate?: string; key?: string };
  const socket = connect({
    host: "127.0.0.1",
    port: one.peers.port,
    servername: serverName,
    ca: keys.caCertificate,
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  });
  const ended = new Promise((resolve) => {
    socket.on("error", resolve);
    socket.on("close", resolve);
  });
  socket.on("data", () => {});
  await ended;
  expect(one.events).toEqual([]);
  await one.peers[Symbol.asyncDispose]();
});

async function aGateway(self: string, port = 0, accepted: PodKey[] = []) {
  const podKeys = new Map<string, string>();
  const events: (ShardEvent & { peer?: string })[] = [];
  const deps = { clock, random: createSystemRandom(), log: createTestLog() };
  const peers: Peers = await createPeers(
    deps,
    { host: "127.0.0.1", port, keys, self, serverName, shards: 1 },
    (_shard, event) => events.push(event),
    { learn: ({ uid, publicKey }) => podKeys.set(uid, publicKey), keys: () => accepted },
  );
  const has = (type: ShardEvent["type"], peer: string) =>
    events.some((event) => event.type === type && event.peer === peer);
  return { peers, events, has, podKeys };
}

async function until(holds: () => boolean): Promise<void> {
  const deadlineMs = clock.monotonicMs() + 10_000;
  while (!holds()) {
    if (clock.monotonicMs() > deadlineMs) throw new Error("it did not happen");
    await clock.sleep(10);
  }
}
