/**
 * The supervisor's own rehearsal: what an assignment will have it do is done once with a made-up one, so that the claim does
 * not pay for the first run of it (measured: 4 ms of a claim's 10). It leaves nothing behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createEnvironmentReader, encodeToEnvironment } from "../../../crds/link/codec.ts";
import type { Assignment } from "../../../crds/link/messages.ts";
import type { ClockDep } from "../clock/clock.ts";
import { receiveCode } from "../code/receive.ts";
import type { Config } from "../config.ts";
import { planOf } from "./plan.ts";

/** `rehearsal/index.mjs` with one line in it, as the operator packs it. */
const archive = Buffer.from(
  "KLUv/WAAB3UDAIIEERqAxxkDzAa3TESM1DJFRyLbPDURIgluyiUwdkRyMKDbAeHpn2WuFT6I8pQjyoWkIzHl/6NS6z+tCRRPFQFjAFhbpotuDwAggR8KgAIHqGPBCQETBBGADQLAAUBk+AJeGFRJrQfgWAmMRgET",
  "base64",
);

export async function rehearseOwn(
  deps: ClockDep & { note(message: string): void },
  config: Config,
  runtime: string,
): Promise<void> {
  const reader = createEnvironmentReader();
  const code = { delivery: "inline", archiveBytes: archive.length } as const;
  const frame = Buffer.concat(
    encodeToEnvironment("assign", { assignment: madeUp(runtime), code, epoch: 0 }, archive),
  );
  for (const message of reader.push(frame)) {
    if (message.type !== "assign") continue;
    planOf(deps, config, message.head.assignment, "127.0.0.1:1");
    await unpack(message.body, config.scratch).catch((cause: unknown) =>
      deps.note(`the rehearsal could not unpack: ${String(cause)}`),
    );
  }
}

async function unpack(body: Uint8Array, scratch: string): Promise<void> {
  const folder = mkdtempSync(join(scratch, "kambda-"));
  try {
    const code = { delivery: "inline", archiveBytes: body.length } as const;
    await receiveCode({ code }, body, { task: folder, layers: folder }).done;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function madeUp(runtime: string): Assignment {
  return {
    revision: "rehearsal",
    functionName: "rehearsal",
    functionVersion: "$LATEST",
    runtime,
    handler: "index.handler",
    memorySizeMb: 128,
    timeoutMs: 3000,
    ephemeralStorageMb: 512,
    initializationType: "on-demand",
    region: "us-east-1",
    accountId: "000000000000",
    logGroup: "/aws/lambda/rehearsal",
    logFormat: "Text",
    applicationLogLevel: "INFO",
    systemLogLevel: "INFO",
    variables: {},
    inherit: [],
    startOnly: [],
    entry: { kind: "bootstrap", command: [] },
  };
}
