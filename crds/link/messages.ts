/**
 * The link's messages, both ways. One environment speaks to each gateway replica over one TLS connection; one invocation
 * is in flight at a time (C2). Times are epoch milliseconds, durations milliseconds, sizes as their names say.
 *
 * gateway → environment: challenge, welcome | refuse, assign (+ code*), invoke, shutdown, ping, epoch, recall, peers
 * environment → gateway: hello, initialized, begin, responseHead, responseChunk*, responseEnd, end, leaving, pong, standing,
 * released, recalled
 *
 * An `end` without a `begin` (status `failure`, its reason in a `responseEnd` before it: Environment.Busy, .StaleEpoch, .WrongRevision,
 * .Unassigned, .Leaving, .Broken) means that nothing was started: the invocation may go elsewhere. Frames may come twice after a
 * link broke and came back; what is known already is ignored. The hello's signature is `proof.ts`'s.
 */
import { epochMax } from "./epoch.ts";
import { amount, type Check, type Checked, flag, listOf, mapOf, maybe, oneOf, shape, text } from "./shape.ts";

/**
 * Protocol versions this build speaks, newest first; raised whenever a peer that does not know of a change would do wrong.
 * 1: one gateway, which alone knew what ran. 2: epochs, grants with a turn, `standing`, `released` and `recalled`. A supervisor of
 * version 1 obeys no epoch, so no limit would hold with it (C1): it is refused, and its pod replaced.
 */
export const linkVersions = [2] as const;

const id = text(128);
const name = text(256);
const epoch = amount(epochMax);

/**
 * Before the name of a variable that the kubelet injects into the pod for the function. Under its own name it would be read by
 * whatever starts first in the pod, the supervisor: `BUN_OPTIONS` or `LD_PRELOAD` would run a user's code there.
 */
export const inheritedPrefix = "KAMBDA_FROM_";

/**
 * Variables of a container image's own ENV that would run its code in the supervisor, before that has shut its memory. The pod sets
 * them to something harmless; the image's program gets them with its assignment.
 */
export const silencedVariables = [
  "BUN_OPTIONS",
  "BUN_INSPECT",
  "BUN_INSPECT_PRELOAD",
  "LD_PRELOAD",
  "LD_AUDIT",
] as const;

/** What the runtime process is started with; everything an environment needs to become one revision's. */
const assignment = shape({
  revision: name,
  functionName: name,
  functionVersion: name,
  runtime: name,
  handler: text(256),
  memorySizeMb: amount(10_240, 1),
  timeoutMs: amount(900_000, 1),
  ephemeralStorageMb: amount(10_240, 1),
  initializationType: oneOf("on-demand", "provisioned-concurrency", "snap-start"),
  region: name,
  accountId: name,
  logGroup: text(512),
  logFormat: oneOf("Text", "JSON"),
  applicationLogLevel: oneOf("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
  systemLogLevel: oneOf("DEBUG", "INFO", "WARN"),
  /** Literal variables, reserved ones excluded. */
  variables: mapOf(text(4096), 256),
  /** Names of variables the kubelet injected under `inheritedPrefix` (from Secrets and ConfigMaps), to be passed on without it. */
  inherit: listOf(text(256), 256),
  /**
   * Variables that a process of this runtime reads when it starts and never again. A process started ahead that has another
   * value for one of them cannot become this function's. Absent: nothing is known, and none can.
   */
  startOnly: maybe(listOf(text(256), 256)),
  /** The process to start: the runtime image's bootstrap, or a container image's own entry point. */
  entry: shape({
    kind: oneOf("bootstrap", "image"),
    command: listOf(text(4096), 128),
    workingDirectory: maybe(text(1024)),
    /** What the image says of `silencedVariables`. */
    variables: maybe(mapOf(text(4096), silencedVariables.length)),
  }),
});

/** Where the archive (canonical tar.zst) comes from: this frame's body, the `code` frames that follow, or the image itself. */
const codeDelivery = shape({
  delivery: oneOf("inline", "chunks", "image"),
  sha256: maybe(text(64)),
  archiveBytes: amount(),
});

/** A layer's archive, which comes in `code` frames of its own after the code. */
const layerDelivery = shape({ sha256: text(64), archiveBytes: amount() });

/** Lambda's limit on a function's layers. */
const layersMax = 5;

const error = shape({ errorType: text(256), errorMessage: text(4096) });

const peers = listOf(shape({ host: name, port: amount(65_535) }), 64);

const toEnvironment = {
  challenge: {
    code: 1,
    head: shape({ versions: listOf(amount(255), 16), nonce: text(64), gatewayId: id, epoch }),
  },
  welcome: {
    code: 2,
    head: shape({
      version: amount(255),
      ticket: text(4096),
      peers,
      epoch,
    }),
  },
  refuse: { code: 3, head: shape({ reason: name, message: text(1024) }) },
  assign: {
    code: 4,
    head: shape({
      assignment,
      code: codeDelivery,
      /** To be unpacked over each other in this order. */
      layers: maybe(listOf(layerDelivery, layersMax)),
      epoch,
    }),
  },
  /** `layer`: which of the assignment's layers it belongs to; without it, to the code. */
  code: { code: 5, head: shape({ offset: amount(), last: flag, layer: maybe(amount(layersMax - 1)) }) },
  invoke: {
    code: 6,
    head: shape({
      requestId: id,
      revision: name,
      invokedFunctionArn: text(512),
      /** How long the handler may run, in ms; the supervisor sets the deadline when it hands the event over. */
      timeoutMs: amount(900_000, 1),
      traceId: maybe(text(512)),
      clientContext: maybe(text(8192)),
      cognitoIdentity: maybe(text(1024)),
      tenantId: maybe(text(256)),
      contentType: maybe(text(256)),
      logTail: flag,
      grant: id,
      epoch,
    }),
  },
  shutdown: { code: 7, head: shape({ reason: oneOf("spindown", "timeout", "failure"), epoch }) },
  ping: { code: 8, head: shape({ sentAt: amount() }) },
  /** The sender is the placer now. The environment obeys none older from here on and answers with its `standing`. */
  epoch: { code: 9, head: shape({ epoch }) },
  /** The grant is asked back; answered by `recalled`. Not started yet, it never will be. */
  recall: { code: 10, head: shape({ grant: id, epoch }) },
  /** The other gateways changed. */
  peers: { code: 11, head: shape({ peers }) },
} as const;

const toGateway = {
  hello: {
    code: 65,
    head: shape({
      version: amount(255),
      /** First hello: the pod-bound token and the public key made in memory. Later ones: the ticket earned. */
      token: maybe(text(16_384)),
      publicKey: maybe(text(256)),
      ticket: maybe(text(4096)),
      /** Signature over the challenge's nonce by the key that never leaves the supervisor's memory. */
      signature: text(256),
      state: oneOf("unclaimed", "assigned"),
      revision: maybe(name),
      /** The invocation in flight, if any: a reconnect in the middle must not lose or double it. */
      busy: maybe(id),
      /** The latest grant that came here: what was sent under a later one was lost with the link. */
      last: maybe(id),
      epoch,
    }),
  },
  initialized: {
    code: 66,
    head: shape({
      revision: name,
      status: oneOf("success", "error", "timeout"),
      initMs: amount(),
      error: maybe(error),
      /** The end of what init printed, so that a failed init can be explained. */
      logTail: maybe(text(8192)),
      /** Where a cold start's time went inside the environment. */
      unpackMs: amount(),
      processStartMs: amount(),
      /** Whether the runtime process was started before the assignment came, or for it. */
      process: maybe(oneOf("ahead", "anew")),
    }),
  },
  begin: { code: 67, head: shape({ requestId: id, grant: id }) },
  responseHead: {
    code: 68,
    head: shape({
      requestId: id,
      mode: oneOf("buffered", "streaming"),
      contentType: maybe(text(256)),
      /** Present when the body is Lambda's error object: X-Amz-Function-Error. */
      functionError: maybe(oneOf("Handled", "Unhandled")),
    }),
  },
  responseChunk: { code: 69, head: shape({ requestId: id }) },
  responseEnd: { code: 70, head: shape({ requestId: id, error: maybe(error) }) },
  end: {
    code: 71,
    head: shape({
      requestId: id,
      grant: id,
      status: oneOf("success", "error", "timeout", "failure"),
      durationMs: amount(),
      billedMs: amount(),
      initMs: maybe(amount()),
      memoryUsedMb: amount(),
      /** Of its time, what the supervisor and the runtime stood in the line for a CPU. */
      cpuWaitMs: maybe(amount()),
      /** base64 of the last 4 KB of this request's log, START to REPORT, when asked for. */
      logTail: maybe(text(8192)),
      /** X-Ray's cause of the function's error as JSON of at most 64 KiB, for whoever traces. */
      errorCause: maybe(text(65_536)),
    }),
  },
  leaving: {
    code: 72,
    head: shape({
      reason: name,
      /** The latest grant that came here, or `noGrant`: what comes later starts nothing here. Absent from supervisors that do not say. */
      last: maybe(id),
    }),
  },
  pong: { code: 73, head: shape({ sentAt: amount() }) },
  /** What the environment is under the newest placer it has heard of: to that one in answer, to an older one as a refusal. */
  standing: {
    code: 74,
    head: shape({
      epoch,
      state: oneOf("unclaimed", "assigned"),
      revision: maybe(name),
      /** The grant that runs here, and its request. */
      running: maybe(id),
      requestId: maybe(id),
      /** The latest grant that came here or was asked back; neither it nor any older one can start any more. */
      last: maybe(id),
    }),
  },
  /** To the placer, when another gateway's invocation has ended here. */
  released: { code: 75, head: shape({ requestId: id, grant: id, cpuWaitMs: maybe(amount()) }) },
  recalled: { code: 76, head: shape({ grant: id, was: oneOf("notStarted", "running", "ended") }) },
} as const;

export type Assignment = Checked<typeof assignment>;
export type CodeDelivery = Checked<typeof codeDelivery>;
export type LayerDelivery = Checked<typeof layerDelivery>;
export type LinkError = Checked<typeof error>;

type Table = Record<string, { code: number; head: Check<unknown> }>;
type MessageOf<T extends Table> = {
  [K in keyof T & string]: { type: K; head: Checked<T[K]["head"]>; body: Uint8Array };
}[keyof T & string];

export type ToEnvironment = MessageOf<typeof toEnvironment>;
export type ToGateway = MessageOf<typeof toGateway>;
export type HeadOf<M extends ToEnvironment | ToGateway, K extends M["type"]> = Extract<
  M,
  { type: K }
>["head"];

export const tables = { toEnvironment, toGateway };
