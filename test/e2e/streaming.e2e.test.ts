/** Streamed responses on a cluster, as curl and AWS's SDK see them: docs/streaming.md claims it. */
import { expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { InvokeWithResponseStreamCommand } from "@aws-sdk/client-lambda";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { installation } from "../support/installation.ts";
import { aFunction, type FunctionSpecInput } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { settings } from "../support/release.ts";
import { until } from "../support/until.ts";

const streamed = { authType: "NONE", invokeMode: "RESPONSE_STREAM" } as const;

const streaming = (name: string, body: string, spec: Partial<FunctionSpecInput> = {}) =>
  aFunction(name, {
    code: {
      inline: {
        "index.mjs": `const seen = { calls: 0, ended: 0 };
const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const drained = (stream) => new Promise((resolve) => stream.once("drain", resolve));
export const handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });`,
      },
    },
    timeout: 60,
    url: streamed,
    ...spec,
  });

const words = streaming(
  "words",
  `stream.setContentType("text/event-stream"); stream.write("first "); await later(2000); stream.end("last");`,
);
/** One environment only: who comes second meets what the first left. */
const patient = streaming(
  "patient",
  `seen.calls++;
  if (seen.calls > 1) return stream.end(JSON.stringify(seen));
  for (let line = 0; line < 50; line++) { stream.write("line " + line + "\\n"); await later(20); }
  seen.ended++; stream.end();`,
  { reservedConcurrency: 1 },
);
/** As many megabytes as it is asked for. */
const large = streaming(
  "large",
  `const megabytes = event.megabytes ?? Number(event.rawPath.slice(1));
  for (let sent = 0; sent < megabytes; sent++) if (!stream.write(Buffer.alloc(1048576, "x"))) await drained(stream);
  stream.end();`,
);

const namespace = testNamespace("streaming", (made) => made.ready(words, patient, large));

async function hostOf(name: string): Promise<string> {
  const { url } = await namespace.status(name);
  if (url === undefined) throw new Error(`${name} has no URL`);
  return new URL(url).host;
}

async function curl(name: string, path = "/") {
  const child = spawn("curl", ["-sN", "-H", `Host: ${await hostOf(name)}`, `${installation.url}${path}`]);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  return { child, ended, first: () => new Promise<Buffer>((resolve) => child.stdout.once("data", resolve)) };
}

async function open(name: string, path: string): Promise<IncomingMessage> {
  const host = await hostOf(name);
  return await new Promise((resolve, reject) => {
    request(`${installation.url}${path}`, { headers: { host } }, resolve).on("error", reject).end();
  });
}

async function invokeStreaming(name: string, event: unknown) {
  const command = { FunctionName: name, Payload: Buffer.from(JSON.stringify(event)) };
  const { EventStream: events } = await namespace.sdk.client.send(
    new InvokeWithResponseStreamCommand(command),
  );
  const chunks: Uint8Array[] = [];
  for await (const one of events ?? []) {
    if (one.PayloadChunk?.Payload !== undefined) chunks.push(one.PayloadChunk.Payload);
    if (one.InvokeComplete !== undefined) return { chunks, complete: one.InvokeComplete };
  }
  throw new Error("the stream ended without InvokeComplete");
}

const megabytesMax = async () => {
  const { invoke } = settingsSchema.parse(await settings());
  return invoke.streamedResponseBytesMax / 1048576;
};

test("curl -N prints the first bytes while the function still runs", async () => {
  const { child, ended, first } = await curl("words");
  expect((await first()).toString()).toBe("first ");
  expect(await text(child.stdout)).toBe("last");
  expect(await ended).toBe(0);
});

test("AWS's SDK gets each piece as it comes, and then how it ended", async () => {
  const { chunks, complete } = await invokeStreaming("words", {});
  expect(chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(["first ", "last"]);
  expect(complete.ErrorCode).toBeUndefined();
});

test("a caller that hangs up in the middle hurts nobody: the handler ends, its environment serves the next", async () => {
  const { child, ended, first } = await curl("patient");
  expect((await first()).toString()).toStartWith("line 0");
  child.kill("SIGKILL");
  await ended;
  // Until the handler has ended it is the one that may run.
  const answer = await until("the environment to be free", 30, async () => {
    const next = await namespace.url("patient");
    return next.status === 200 && next;
  });
  expect(answer.json<object>()).toEqual({ calls: 2, ended: 1 });
});

test("a response of the largest size comes whole", async () => {
  const megabytes = Math.floor(await megabytesMax());
  const { chunks, complete } = await invokeStreaming("large", { megabytes });
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe(megabytes * 1048576);
  expect(complete.ErrorCode).toBeUndefined();
});

test("past the limit of the installation's settings a response ends with the error, and is cut at a URL", async () => {
  const megabytes = (await megabytesMax()) + 1;
  const { chunks, complete } = await invokeStreaming("large", { megabytes });
  expect(chunks.reduce((sum, { length }) => sum + length, 0)).toBe((megabytes - 1) * 1048576);
  expect(complete.ErrorCode).toBe("Function.ResponseSizeTooLarge");
  const { child, ended } = await curl("large", `/${megabytes}`);
  child.stdout.resume();
  // curl's word for a transfer that broke off.
  expect(await ended).toBe(18);
});

test("a reader that stalls holds up nobody else, and gets all of it when it goes on", async () => {
  const megabytes = 16;
  const stalled = await open("large", `/${megabytes}`);
  stalled.pause();
  const meanwhile = await namespace.url("words");
  expect(meanwhile.text).toBe("first last");
  let bytes = 0;
  for await (const chunk of stalled) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(megabytes * 1048576);
});
