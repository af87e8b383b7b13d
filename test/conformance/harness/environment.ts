/** One environment under test: gateway and supervisor together, with the verbs a test speaks in. */
import { randomUUID } from "node:crypto";
import type { Assignment, HeadOf, ToEnvironment, ToGateway } from "../../../crds/link/messages.ts";
import { type Archive, archive, type Files } from "./archive.ts";
import { makeCertificates } from "./certificates.ts";
import { type FakeGateway, type GatewayOptions, type Peer, startGateway } from "./gateway.ts";
import { type Language, type Supervisor, startSupervisor } from "./supervisor.ts";
import { waitFor } from "./wait.ts";

export interface EnvironmentOptions {
  language?: Language;
  files?: Files;
  /** Layers, delivered over the link in this order. */
  layers?: Files[];
  /** What `/opt` holds before the supervisor starts. */
  layer?: Files;
  assignment?: Partial<Assignment>;
  supervisorVariables?: Record<string, string>;
  /** The process is started before the assignment, and rehearses so often. */
  ahead?: number;
  gateway?: GatewayOptions;
  /** A command that starts the supervisor, as its own user. */
  wrapper?: string[];
}

export interface Result {
  requestId: string;
  head: HeadOf<ToGateway, "responseHead"> | undefined;
  text: string;
  /** The body as JSON. */
  json: unknown;
  responseEnd: HeadOf<ToGateway, "responseEnd">;
  end: HeadOf<ToGateway, "end">;
  begun: boolean;
  logTail: string;
}

export interface EnvironmentUnderTest {
  gateway: FakeGateway;
  supervisor: Supervisor;
  peer: Peer;
  assignment: Assignment;
  initialized(): Promise<HeadOf<ToGateway, "initialized">>;
  invoke(event?: unknown, head?: Partial<HeadOf<ToEnvironment, "invoke">>): Promise<Result>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const certificates = await makeCertificates();

const memorySizeMb = 256;

export function anAssignment(options: EnvironmentOptions): Assignment {
  return {
    revision: "f-0123456789",
    functionName: "f",
    functionVersion: "$LATEST",
    runtime: nameOf(options.language ?? "nodejs24.x"),
    handler: "index.handler",
    memorySizeMb,
    timeoutMs: 3000,
    ephemeralStorageMb: 512,
    initializationType: "on-demand",
    region: "us-east-1",
    accountId: "123456789012",
    logGroup: "/aws/lambda/f",
    logFormat: "Text",
    applicationLogLevel: "INFO",
    systemLogLevel: "INFO",
    variables: {},
    inherit: [],
    startOnly: [],
    entry: { kind: "bootstrap", command: [] },
    ...options.assignment,
  };
}

function nameOf(language: Language): string {
  return typeof language === "string" ? language : language.runtime;
}

/** A supervisor that has said hello and has no assignment yet. */
export async function startUnclaimed(options: EnvironmentOptions = {}) {
  const gateway = await startGateway(certificates, options.gateway);
  const link = { port: gateway.port, ca: certificates.ca };
  const language = options.language ?? "nodejs24.x";
  const ahead =
    options.ahead === undefined
      ? {}
      : {
          KAMBDA_AHEAD_RUNTIME: nameOf(language),
          KAMBDA_AHEAD_MEMORY_MB: String(options.assignment?.memorySizeMb ?? memorySizeMb),
          KAMBDA_AHEAD_REHEARSALS: String(options.ahead),
        };
  const variables = { ...ahead, ...options.supervisorVariables };
  const supervisor = startSupervisor(language, link, variables, options.layer, options.wrapper);
  const peer = await gateway.accept();
  return { gateway, supervisor, peer };
}

export function assign(
  peer: Peer,
  assignment: Assignment,
  { bytes, sha256 }: Archive,
  epoch = 1,
  layers: readonly Archive[] = [],
): void {
  const code = { delivery: "inline" as const, sha256, archiveBytes: bytes.length };
  const announced = layers.map((layer) => ({ sha256: layer.sha256, archiveBytes: layer.bytes.length }));
  const head = { assignment, code, epoch, ...(layers.length === 0 ? {} : { layers: announced }) };
  peer.send("assign", head, bytes);
  for (const [index, layer] of layers.entries()) sendLayer(peer, index, layer.bytes);
}

/** In pieces, as a gateway sends what is large. */
const pieceBytes = 1000;

function sendLayer(peer: Peer, layer: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const end = Math.min(offset + pieceBytes, bytes.length);
    peer.send("code", { layer, offset, last: end === bytes.length }, bytes.subarray(offset, end));
  }
}

export async function startEnvironment(options: EnvironmentOptions = {}): Promise<EnvironmentUnderTest> {
  const { gateway, supervisor, peer } = await startUnclaimed(options);
  const assignment = anAssignment(options);
  const layers = await Promise.all((options.layers ?? []).map((files) => archive(files)));
  assign(peer, assignment, await archive(options.files ?? {}), 1, layers);
  return {
    gateway,
    supervisor,
    peer,
    assignment,
    initialized: () => waitFor("initialized", () => find(peer, "initialized")),
    invoke: (event = {}, head = {}) => invoke(peer, assignment, event, head),
    async [Symbol.asyncDispose]() {
      // What started it may pass no signal on.
      if (options.wrapper !== undefined) peer.send("shutdown", { reason: "spindown", epoch: 1 });
      await supervisor.dispose();
      gateway.close();
    },
  };
}

function find<K extends ToGateway["type"]>(
  peer: Peer,
  type: K,
  requestId?: string,
): HeadOf<ToGateway, K> | undefined {
  const found = peer.received.find(
    (message) =>
      message.type === type &&
      (requestId === undefined || ("requestId" in message.head && message.head.requestId === requestId)),
  );
  return found?.head as HeadOf<ToGateway, K> | undefined;
}

export async function invoke(
  peer: Peer,
  { revision, timeoutMs }: Assignment,
  event: unknown,
  head: Partial<HeadOf<ToEnvironment, "invoke">>,
): Promise<Result> {
  const requestId = head.requestId ?? randomUUID();
  const payload = event instanceof Uint8Array ? event : Buffer.from(JSON.stringify(event));
  peer.send(
    "invoke",
    {
      requestId,
      revision,
      timeoutMs,
      invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
      logTail: true,
      grant: `grant-${requestId}`,
      epoch: 1,
      ...head,
    },
    payload,
  );
  return await collect(peer, requestId, (head.timeoutMs ?? timeoutMs) + 20_000);
}

export async function collect(peer: Peer, requestId: string, msMax = 20_000): Promise<Result> {
  const end = await waitFor(`the end of ${requestId}`, () => find(peer, "end", requestId), msMax);
  const chunks = peer.received.filter(
    (message) => message.type === "responseChunk" && message.head.requestId === requestId,
  );
  const text = Buffer.concat(chunks.map(({ body }) => body)).toString();
  const responseEnd = find(peer, "responseEnd", requestId);
  if (responseEnd === undefined) throw new Error(`an end without a responseEnd: ${JSON.stringify(end)}`);
  return {
    requestId,
    end,
    responseEnd,
    text,
    head: find(peer, "responseHead", requestId),
    get json(): unknown {
      return JSON.parse(text);
    },
    begun: find(peer, "begin", requestId) !== undefined,
    logTail: Buffer.from(end.logTail ?? "", "base64").toString(),
  };
}
