/** `awslambda.streamifyResponse` in Node, down to the link. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { claim } from "./harness/claim.ts";
import { startEnvironment } from "./harness/environment.ts";
import { waitFor } from "./harness/wait.ts";

const streaming = (body: string) => ({
  "index.mjs": `export const handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} });`,
});

claim("a handler writes its response as it comes", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      "stream.setContentType('text/plain'); stream.write('a'); await new Promise((r) => setTimeout(r, 20)); stream.write('b'); stream.end('c')",
    ),
  });
  for (let turn = 0; turn < 2; turn++) {
    const { head, text, end } = await environment.invoke({});
    expect([head?.mode, head?.contentType, text, end.status]).toEqual([
      "streaming",
      "text/plain",
      "abc",
      "success",
    ]);
  }
});

claim("status and headers go ahead of the body", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      "const s = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } }); s.write('body'); s.end()",
    ),
  });
  const { head, text } = await environment.invoke({});
  expect(head?.contentType).toBe("application/vnd.awslambda.http-integration-response");
  expect(text).toBe(`{"statusCode":201,"headers":{"a":"b"}}${"\0".repeat(8)}body`);
});

claim("a failure before the first write is an ordinary error", async () => {
  await using environment = await startEnvironment({
    files: streaming("if (event.again) { stream.end('ok'); return } throw new Error('early')"),
  });
  const { head, json } = await environment.invoke({});
  expect(head?.functionError).toBe("Unhandled");
  expect(json).toMatchObject({ errorType: "Error", errorMessage: "early" });
  expect((await environment.invoke({ again: true })).text).toBe("ok");
});

claim("so it is when status and headers were named before, for they go with the first write", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      "const s = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); if (event.again) { s.end('ok'); return } throw new Error('early')",
    ),
  });
  const { head, json } = await environment.invoke({});
  expect(head?.functionError).toBe("Unhandled");
  expect(json).toMatchObject({ errorType: "Error", errorMessage: "early" });
  expect((await environment.invoke({ again: true })).text).toContain("ok");
});

claim("a failure in the middle ends the stream with its error", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      "if (!event.again) { stream.write('part'); throw new Error('middle') } stream.end('ok')",
    ),
  });
  const { text, responseEnd } = await environment.invoke({});
  expect(text).toBe("part");
  expect(responseEnd.error).toMatchObject({
    errorType: "Error",
    errorMessage: expect.stringContaining('"middle"'),
  });
  expect((await environment.invoke({ again: true })).text).toBe("ok");
});

claim("a timeout in the middle ends the stream with its error", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      "if (!event.again) { stream.write('part'); await new Promise((r) => setTimeout(r, 60000)) } stream.end('ok')",
    ),
    assignment: { timeoutMs: 1000 },
  });
  const { text, responseEnd, end } = await environment.invoke({});
  expect(text).toBe("part");
  expect(responseEnd.error?.errorType).toBe("Sandbox.Timedout");
  expect(end.status).toBe("timeout");
  expect((await environment.invoke({ again: true })).text).toBe("ok");
});

claim("a gateway that reads slowly slows the handler down, and nobody holds the difference", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": `import fs from "node:fs";
import { once } from "node:events";
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  for (let written = 1; written <= 96; written++) {
    if (!stream.write(Buffer.alloc(1024 * 1024, 97))) await once(stream, "drain");
    fs.writeFileSync(process.env.LAMBDA_TASK_ROOT + "/../tmp/written", String(written));
  }
  stream.end();
});`,
    },
    assignment: { timeoutMs: 50_000 },
  });
  const { peer, supervisor } = environment;
  await environment.initialized();
  peer.pause();
  const result = environment.invoke({});
  const written = () => {
    const path = `${supervisor.scratch}/written`;
    return existsSync(path) ? Number(readFileSync(path, "utf8")) : 0;
  };
  let before = -1;
  await waitFor(
    "the handler to wait",
    () => {
      const isStill = written() > 0 && written() === before;
      before = written();
      return isStill;
    },
    20_000,
    500,
  );
  expect(written()).toBeLessThan(48);
  peer.resume();
  expect((await result).text).toHaveLength(96 * 1024 * 1024);
});

claim("twenty megabytes stream through", async () => {
  await using environment = await startEnvironment({
    files: streaming(
      `for (let i = 0; i < 20; i++) if (!stream.write(Buffer.alloc(1024 * 1024, 97 + i))) await new Promise((r) => stream.once('drain', r)); stream.end()`,
    ),
    assignment: { timeoutMs: 20_000 },
  });
  const { text, responseEnd } = await environment.invoke({});
  expect(responseEnd.error).toBeUndefined();
  expect(text).toHaveLength(20 * 1024 * 1024);
});
