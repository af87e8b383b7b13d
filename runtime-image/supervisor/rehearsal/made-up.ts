/** What a function in a rehearsal is given: as a gateway sends it, with nothing in it that is anyone's. */
import { encodeToEnvironment } from "../../../crds/link/codec.ts";
import { formatGrant } from "../../../crds/link/grant.ts";
import type { Assignment } from "../../../crds/link/messages.ts";

const epoch = 1;
const revision = "rehearsal";
const requestId = "00000000-0000-0000-0000-000000000000";

/** `rehearsal/index.mjs` with one line in it, as the operator packs it. */
const archive = Buffer.from(
  "KLUv/WAAB3UDAIIEERqAxxkDzAa3TESM1DJFRyLbPDURIgluyiUwdkRyMKDbAeHpn2WuFT6I8pQjyoWkIzHl/6NS6z+tCRRPFQFjAFhbpotuDwAggR8KgAIHqGPBCQETBBGADQLAAUBk+AJeGFRJrQfgWAmMRgET",
  "base64",
);

/** As a frame. */
export function madeUpAssignment(runtime: string): Buffer {
  const code = { delivery: "inline", archiveBytes: archive.length } as const;
  return Buffer.concat(
    encodeToEnvironment("assign", { assignment: assignmentOf(runtime), code, epoch }, archive),
  );
}

/** As a frame; `turn` is 1 and more, each later than the one before. */
export function madeUpInvocation(turn: number): Buffer {
  const head = {
    requestId,
    revision,
    timeoutMs: 60_000,
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:rehearsal",
    traceId: "Root=0;Parent=0;Sampled=0",
    logTail: true,
    grant: formatGrant({ epoch, turn }),
    epoch,
  };
  return Buffer.concat(encodeToEnvironment("invoke", head, Buffer.from("{}")));
}

/** It holds what is all functions', so that nothing of it is too much. */
function assignmentOf(runtime: string): Assignment {
  return {
    revision,
    functionName: "rehearsal",
    functionVersion: "$LATEST",
    runtime,
    handler: "index.handler",
    memorySizeMb: 10_240,
    timeoutMs: 60_000,
    ephemeralStorageMb: 10_240,
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
