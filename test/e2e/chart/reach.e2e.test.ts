/** What a function reaches of Kambda itself, tried from inside a function: its link and public URLs, and nothing else. */
import { expect, test } from "bun:test";
import { installation } from "../../support/installation.ts";
import { aHandler } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";

/** Dials each address of the event; answers by address whether a connection came about. */
const dial = `
  const { connect } = await import("node:net");
  const reaches = (address) => new Promise((resolve) => {
    const [host, port] = address.split(":");
    const socket = connect({ host, port: Number(port), timeout: 2000 });
    const tell = (reached) => () => { socket.destroy(); resolve(reached); };
    socket.once("connect", tell(true)).once("error", tell(false)).once("timeout", tell(false));
  });
  return Object.fromEntries(await Promise.all(event.map(async (address) => [address, await reaches(address)])));
`;

const namespace = testNamespace("reach", (made) => made.ready(aHandler("dial", dial, { timeout: 30 })));

test("a function reaches the link and public URLs, and neither the Lambda API, metrics nor NATS", async () => {
  const of = (service: string) => `${service.replace(":", `.${installation.namespace}.svc:`)}`;
  const open = ["kambda-link:7443", "kambda-public:80"].map(of);
  const closed = [
    "kambda-api:80",
    "kambda-metrics:9090",
    "kambda-operator-metrics:9090",
    "kambda-nats:4222",
  ].map(of);
  const answer = await namespace.sdk.invoke("dial", [...open, ...closed]);
  expect(answer.json<Record<string, boolean>>()).toEqual({
    ...Object.fromEntries(open.map((address) => [address, true])),
    ...Object.fromEntries(closed.map((address) => [address, false])),
  });
});
