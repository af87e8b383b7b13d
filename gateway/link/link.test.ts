/** Attempts at the link, over real TLS: what is let in, and what is not. */
import { connect } from "node:tls";
import { expect, test } from "vitest";
import { createLinkKey, type LinkKey } from "../../crds/link/proof.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { dialGateway } from "../testing/environment.ts";
import { startTestGateway, type TestGateway } from "../testing/gateway.ts";
import { linkLimits } from "./limits.ts";
import { signTicket } from "./ticket.ts";

const dial = (it: TestGateway, options: Partial<Parameters<typeof dialGateway>[0]>) =>
  dialGateway({ port: it.gateway.ports.link, ca: it.ca, ...options });

test("a stolen token does not let a second process in, and the first keeps its link", async () => {
  await using it = await startTestGateway();
  const token = await it.kube.token(it.poolPod("kambda-pool-1"));
  const first = dial(it, { token });
  await first.welcomed;
  expect(await dial(it, { token }).ended).toBe("TokenUsed");
  expect(await Promise.race([first.ended, Promise.resolve("open")])).toBe("open");
});

test("a token counts for nobody else once its environment has come with the ticket that another gateway gave it", async () => {
  await using it = await startTestGateway();
  const pod = it.poolPod("kambda-pool-1");
  const token = await it.kube.token(pod);
  const key = createLinkKey();
  const first = dial(it, { ticket: ticketOf(it, pod, key), key });
  await first.welcomed;
  expect(await dial(it, { token }).ended).toBe("TokenUsed");
  expect(await Promise.race([first.ended, Promise.resolve("open")])).toBe("open");
});

test("who was let in and heard no welcome is let in again: it holds the same key", async () => {
  await using it = await startTestGateway();
  const token = await it.kube.token(it.poolPod("kambda-pool-1"));
  const key = createLinkKey();
  const first = dial(it, { token, key });
  await first.welcomed;
  const again = dial(it, { token, key });
  await again.welcomed;
  expect(await first.ended).toBe("closed");
});

test("a ticket is worth nothing without the key it was earned with", async () => {
  await using it = await startTestGateway();
  const first = await it.environment("kambda-pool-1");
  const ticket = first.ticket() ?? "";
  expect(await dial(it, { ticket, key: createLinkKey() }).ended).toBe("BadSignature");
});

test("a later hello with ticket and key replaces the old link", async () => {
  await using it = await startTestGateway();
  const first = await it.environment("kambda-pool-1");
  const again = dial(it, { ticket: first.ticket() ?? "", key: first.key });
  await again.welcomed;
  expect(await first.ended).toBe("closed");
});

test.each<[string, (it: TestGateway) => Promise<string>, string]>([
  [
    "a token for another audience",
    (it) => it.kube.token(it.poolPod("p"), { audience: "https://kubernetes" }),
    "BadToken",
  ],
  ["a token that has expired", (it) => it.kube.token(it.poolPod("p"), { expiresInSeconds: -10 }), "BadToken"],
  ["no token at all", async () => "nonsense", "BadToken"],
  [
    "a token of a pod in another namespace that has no such environment",
    async (it) => {
      const pod = it.poolPod("p");
      return it.kube.token({ ...pod, metadata: { ...pod.metadata, namespace: "elsewhere" } });
    },
    "UnknownPod",
  ],
  [
    "a token of a pod that was deleted and made again",
    async (it) => {
      const pod = it.poolPod("p");
      return it.kube.token({ ...pod, metadata: { ...pod.metadata, uid: "another" } });
    },
    "UnknownPod",
  ],
  [
    "a token of a pod from before this gateway",
    (it) =>
      it.kube.token(it.poolPod("p", { creationTimestamp: new Date(Date.now() - 30_000).toISOString() })),
    "PodOlderThanGateway",
  ],
])("%s is refused", async (_, tokenOf, reason) => {
  await using it = await startTestGateway();
  expect(await dial(it, { token: await tokenOf(it) }).ended).toBe(reason);
});

test("a supervisor of another release is refused with a sentence that says so", async () => {
  await using it = await startTestGateway();
  const token = await it.kube.token(it.poolPod("kambda-pool-1"));
  const old = dial(it, { token, hello: { version: 1 } });
  expect(await old.ended).toBe("BadVersion");
  const refused = old.received.find((message) => message.type === "refuse");
  expect(refused?.head.message).toBe(
    "The environment speaks version 1 of the link, this gateway 2: their images are of different releases of Kambda.",
  );
});

test("an environment that dials home before the watch tells of its pod is let in once it does", async () => {
  await using it = await startTestGateway();
  const uid = "uid-early";
  const metadata = { name: "kambda-pool-early", namespace: "team", uid };
  const token = await it.kube.token({ apiVersion: "v1", kind: "Pod", metadata });
  const environment = dial(it, { token });
  await settled(environment.received);
  it.poolPod("kambda-pool-early", { uid });
  await environment.welcomed;
});

test("messages before the welcome, and messages that make no sense, cut the connection", async () => {
  await using it = await startTestGateway();
  const early = dial(it, { token: "nonsense" });
  early.send("leaving", { reason: "before hello" });
  expect(await early.ended).toBe("closed");
  const environment = await it.environment("kambda-pool-1");
  environment.send("begin", { requestId: "x".repeat(500), grant: "g" });
  expect(await environment.ended).toBe("closed");
});

test("a stranger that sends more than a hello is cut off", async () => {
  await using it = await startTestGateway();
  const socket = connect({
    port: it.gateway.ports.link,
    host: "127.0.0.1",
    ca: it.ca,
    servername: "kambda-link",
  });
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.on("error", () => undefined).resume();
  const frame = Buffer.alloc(linkLimits.strangerBytesMax + 16);
  frame.writeUInt32BE(frame.length);
  socket.write(frame);
  await closed;
});

async function settled(received: { type: string }[]): Promise<void> {
  for (let turn = 0; turn < 200 && received.length === 0; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

/** As any gateway that has the key signs it. */
function ticketOf({ kube }: TestGateway, { metadata }: KubeObject, { publicKey }: LinkKey): string {
  const { name, namespace = "", uid = "" } = metadata;
  const trust = kube.objects.get("secrets/kambda-system/kambda-link")?.data as Record<string, string>;
  // The Secret holds base64, of base64.
  const ticketKey = Buffer.from(Buffer.from(trust["ticket.key"] ?? "", "base64").toString(), "base64");
  return signTicket({ namespace, name, uid, publicKey, expiresAtMs: Date.now() + 60_000 }, ticketKey);
}
