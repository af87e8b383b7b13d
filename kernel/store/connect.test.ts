import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTestLog } from "../testing/quiet.ts";
import { connectNats } from "./connect.ts";

/** As much of a NATS server as a client needs that says who it is. Tells each password it was given. */
async function aServer(password: string, told: (given: string) => void) {
  const info = { server_id: "s", version: "2.11.0", max_payload: 1_048_576, proto: 1, auth_required: true };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
    socket.on("data", (text) => {
      const said = /CONNECT (.*)\r\n/.exec(String(text))?.[1];
      const given = said === undefined ? undefined : (JSON.parse(said) as { pass: string }).pass;
      if (given !== undefined) told(given);
      if (given !== undefined && given !== password) socket.end("-ERR 'Authorization Violation'\r\n");
      else socket.write("PONG\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test("a password that cannot be read yet is read again at the next attempt, and said in the log meanwhile", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kambda-connect-"));
  const passwordFile = join(folder, "password");
  const given: string[] = [];
  using server = await aServer("secret", (one) => {
    given.push(one);
    if (given.length === 1) void writeFile(passwordFile, "secret\n");
  });
  const log = createTestLog();
  const connection = await connectNats({ log }, { url: server.url, user: "u", passwordFile, name: "test" });
  expect([given[0], given.at(-1)]).toEqual(["", "secret"]);
  expect(log.lines[0]).toContain("cannot read the password of NATS: ENOENT");
  await connection.close();
  await rm(folder, { recursive: true });
});
