/** An environment of the tests: speaks the link as a supervisor does, and runs a handler given as a function. */
import { connect, type TLSSocket } from "node:tls";
import { createEnvironmentReader, encodeToGateway } from "../../crds/link/codec.ts";
import { hasCome } from "../../crds/link/grant.ts";
import { type HeadOf, linkVersions, type ToEnvironment, type ToGateway } from "../../crds/link/messages.ts";
import { createLinkKey, type LinkKey } from "../../crds/link/proof.ts";

export interface TestAnswer {
  body: string | Uint8Array;
  functionError?: "Handled" | "Unhandled";
  /** It is free again only then; its caller has the answer before. */
  free?: Promise<void>;
}

export type TestHandler = (
  payload: Uint8Array,
  invoke: HeadOf<ToEnvironment, "invoke">,
) => TestAnswer | Promise<TestAnswer>;

export interface TestEnvironment {
  /** What the gateway has sent, in order. */
  received: ToEnvironment[];
  ticket(): string | undefined;
  key: LinkKey;
  welcomed: Promise<void>;
  /** Resolves with `refuse`'s reason, or "closed". */
  ended: Promise<string>;
  send<K extends ToGateway["type"]>(type: K, head: HeadOf<ToGateway, K>, body?: Uint8Array): void;
  /** Cuts the connection without a word. */
  cut(): void;
}

export interface TestEnvironmentOptions {
  port: number;
  host?: string;
  ca: string;
  token?: string;
  ticket?: string;
  key?: LinkKey;
  handler?: TestHandler;
  hello?: Partial<HeadOf<ToGateway, "hello">>;
  /** Ends every invocation without having begun it. */
  refuse?: boolean;
  /** Does nothing with an invocation, as one whose link is closing. */
  deaf?: boolean;
  /** It says what it is under a placer's epoch only then. */
  stands?: Promise<void>;
  /** Whether its runtime process was started before its assignment. */
  process?: "ahead" | "anew";
  /** INIT fails with this. */
  initError?: { errorType: string; errorMessage: string; logTail?: string };
}

export function dialGateway(options: TestEnvironmentOptions): TestEnvironment {
  const key = options.key ?? createLinkKey();
  const received: ToEnvironment[] = [];
  const welcome = Promise.withResolvers<void>();
  const end = Promise.withResolvers<string>();
  const reader = createEnvironmentReader();
  let revision = options.hello?.revision ?? "";
  let ticket: string | undefined;
  let epoch = 0;
  const socket: TLSSocket = connect({
    host: options.host ?? "127.0.0.1",
    port: options.port,
    ca: options.ca,
    servername: "kambda-link",
  });
  const send: TestEnvironment["send"] = (type, head, body) => {
    for (const piece of encodeToGateway(type, head, body)) if (piece.length > 0) socket.write(piece);
  };
  const hello = (nonce: string) => {
    const proof =
      options.ticket === undefined
        ? { token: options.token ?? "", publicKey: key.publicKey }
        : { ticket: options.ticket };
    const signature = key.sign(nonce);
    send("hello", {
      version: linkVersions[0],
      ...proof,
      signature,
      state: "unclaimed",
      epoch: 0,
      ...options.hello,
    });
  };
  const run = async (head: HeadOf<ToEnvironment, "invoke">, payload: Uint8Array) => {
    const { requestId, grant } = head;
    if (options.deaf === true) return;
    if (options.refuse === true) {
      send("responseEnd", {
        requestId,
        error: { errorType: "Environment.Leaving", errorMessage: "not started" },
      });
      send("end", { requestId, grant, status: "failure", durationMs: 0, billedMs: 0, memoryUsedMb: 0 });
      return;
    }
    send("begin", { requestId, grant });
    const answer = (await options.handler?.(payload, head)) ?? { body: payload };
    const { functionError } = answer;
    send("responseHead", {
      requestId,
      mode: "buffered",
      contentType: "application/json",
      ...(functionError === undefined ? {} : { functionError }),
    });
    send("responseChunk", { requestId }, Buffer.from(answer.body));
    send("responseEnd", { requestId });
    await answer.free;
    const logTail = head.logTail ? { logTail: Buffer.from("START\nEND\n").toString("base64") } : {};
    const status = functionError === undefined ? "success" : "error";
    send("end", { requestId, grant, status, durationMs: 1, billedMs: 1, memoryUsedMb: 30, ...logTail });
  };
  const initialize = () => {
    const { process = "ahead" } = options;
    const times = { initMs: 1, unpackMs: 0, processStartMs: 0, process };
    if (options.initError === undefined) {
      send("initialized", { revision, status: "success", ...times });
      return;
    }
    const { logTail, ...error } = options.initError;
    send("initialized", {
      revision,
      status: "error",
      error,
      ...times,
      ...(logTail === undefined ? {} : { logTail }),
    });
  };
  const receive = (message: ToEnvironment) => {
    received.push(message);
    switch (message.type) {
      case "challenge":
        hello(message.head.nonce);
        return;
      case "welcome":
        ticket = message.head.ticket;
        welcome.resolve();
        return;
      case "refuse":
        end.resolve(message.head.reason);
        return;
      case "assign":
        revision = message.head.assignment.revision;
        initialize();
        return;
      case "invoke":
        void run(message.head, message.body);
        return;
      case "epoch": {
        epoch = message.head.epoch;
        const assigned = revision === "" ? {} : { revision };
        const stand = () =>
          send("standing", { epoch, state: revision === "" ? "unclaimed" : "assigned", ...assigned });
        if (options.stands === undefined) stand();
        else void options.stands.then(stand);
        return;
      }
      case "recall": {
        const { grant } = message.head;
        const { last } = options.hello ?? {};
        send("recalled", { grant, was: last !== undefined && hasCome(grant, last) ? "ended" : "notStarted" });
        return;
      }
      case "peers":
        return;
      case "shutdown":
        socket.end();
        return;
      case "ping":
        send("pong", message.head);
        return;
      case "code":
        return;
    }
  };
  socket.setNoDelay(true);
  socket.on("data", (chunk: Uint8Array) => {
    for (const message of reader.push(chunk)) receive(message);
  });
  socket.on("error", (error) => end.resolve(error.message));
  socket.on("close", () => end.resolve("closed"));
  return {
    received,
    key,
    ticket: () => ticket,
    welcomed: welcome.promise,
    ended: end.promise,
    send,
    cut: () => void socket.destroy(),
  };
}
