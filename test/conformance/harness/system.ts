/** A whole gateway and real supervisors with their runtimes, without a cluster: what a caller sees over HTTP. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LambdaClient } from "@aws-sdk/client-lambda";
import type { z } from "zod";
import { urlId } from "../../../crds/names.ts";
import { listenWithBun } from "../../../gateway/listener/bun.ts";
import { startTestGateway, testNamespace } from "../../../gateway/testing/gateway.ts";
import type { settingsSchema } from "../../../kernel/settings/schema.ts";
import { archive, type Files } from "./archive.ts";
import { type Supervisor, startSupervisor } from "./supervisor.ts";
import { waitFor } from "./wait.ts";

export interface SystemOptions {
  files: Files;
  /** Of the Function. */
  spec?: Record<string, unknown>;
  settings?: z.input<typeof settingsSchema>;
  environments?: number;
}

export interface System extends AsyncDisposable {
  /** The function's URL. */
  url: string;
  lambda: LambdaClient;
  functionName: string;
  supervisors: Supervisor[];
}

/** Long enough for whatever a test shows on a busy machine. */
const timeoutSeconds = 60;

export async function startSystem({
  files,
  spec = {},
  settings = {},
  environments = 1,
}: SystemOptions): Promise<System> {
  const functionName = "hello";
  const urls = { ...settings.urls, pathForm: true };
  const it = await startTestGateway({ ...settings, urls }, listenWithBun);
  const { bytes, sha256 } = await archive(files);
  await it.deploy(spec, functionName, { archive: bytes, sha256 }, { timeout: timeoutSeconds });
  const folder = mkdtempSync(join(tmpdir(), "kambda-system-"));
  // The supervisors' user reads its tokens.
  chmodSync(folder, 0o755);
  const supervisors: Supervisor[] = [];
  const { ports } = it.gateway;
  for (let index = 0; index < environments; index++) {
    const token = await it.kube.token(it.poolPod(`kambda-pool-${index}`));
    const tokenPath = join(folder, String(index));
    writeFileSync(tokenPath, token);
    const link = { port: ports.link, ca: it.ca };
    supervisors.push(startSupervisor("nodejs24.x", link, { KAMBDA_TOKEN_PATH: tokenPath }));
  }
  // A request before then would ask for a pod, which nobody makes here.
  await waitFor("every environment's link", async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${ports.metrics}/metrics`)).text();
    return metrics.includes(`\nkambda_links ${environments}\n`);
  });
  return {
    url: `http://127.0.0.1:${ports.public}/${urlId({ seed: "kambda", namespace: testNamespace, functionName })}/`,
    lambda: new LambdaClient({
      endpoint: `http://127.0.0.1:${ports.api}`,
      region: "us-east-1",
      credentials: { accessKeyId: testNamespace, secretAccessKey: "unverified" },
      maxAttempts: 1,
    }),
    functionName,
    supervisors,
    async [Symbol.asyncDispose]() {
      await Promise.all(supervisors.map((supervisor) => supervisor.dispose()));
      await it[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
