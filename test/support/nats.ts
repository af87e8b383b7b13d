/** The NATS of the installation under test, or the one that KAMBDA_TEST_NATS_URL names, for tests that run a part of the product themselves. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NatsConnection } from "@nats-io/transport-node";
import { connectNats } from "../../kernel/store/connect.ts";
import { createTestLog } from "../../kernel/testing/quiet.ts";
import { forward } from "./forward.ts";
import { installation } from "./installation.ts";
import { kubectl } from "./kubectl.ts";

export interface TestNats extends AsyncDisposable {
  connection: NatsConnection;
}

const natsPort = 4222;

export async function testNats(name: string): Promise<TestNats> {
  const log = createTestLog();
  const given = process.env.KAMBDA_TEST_NATS_URL;
  if (given !== undefined) {
    const connection = await connectNats({ log }, { url: given, name });
    return { connection, [Symbol.asyncDispose]: () => connection.close() };
  }
  const tunnel = await forward(installation.namespace, "kambda-nats", natsPort);
  const folder = await mkdtemp(join(tmpdir(), "kambda-nats-"));
  const passwordFile = join(folder, "password");
  await writeFile(passwordFile, await secretValue("password"), { mode: 0o600 });
  const user = await secretValue("user");
  const connection = await connectNats(
    { log },
    { url: `nats://${tunnel.address}`, user, passwordFile, name },
  );
  return {
    connection,
    async [Symbol.asyncDispose]() {
      await connection.close();
      await tunnel[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function secretValue(key: string): Promise<string> {
  const words = [
    "get",
    "secret",
    "kambda-nats",
    "-n",
    installation.namespace,
    "-o",
    `jsonpath={.data.${key}}`,
  ];
  return Buffer.from(await kubectl(words), "base64").toString("utf8");
}
