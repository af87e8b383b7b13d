/** Logs as kubectl sees them: of a function across its pods, and of one request among them. */
import { expect, test } from "bun:test";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

const talk = aHandler(
  "talk",
  `console.log("hello from", event.n);
  console.error("a complaint");
  process.stdout.write("no newline");
  await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
  return process.env.AWS_LAMBDA_LOG_STREAM_NAME;`,
  { timeout: 60 },
);
const structured = aHandler("structured", `console.log("hello"); return context.awsRequestId;`, {
  logging: { logFormat: "JSON" },
});
const timed = aHandler(
  "timed",
  `console.log("before"); await new Promise(() => setTimeout(() => {}, 60000));`,
  {
    timeout: 1,
  },
);

const namespace = testNamespace("logs", (made) => made.ready(talk, structured, timed));
const logs = (name: string) =>
  namespace.kubectl(
    "logs",
    "-l",
    `kambda.dev/function=${name}`,
    "--tail=-1",
    "--prefix",
    "--ignore-errors",
    "-c",
    "runtime",
  );

test("kubectl logs by label shows a function across its pods", async () => {
  // Long enough that waiting for one to be freed is never the shorter way, on a busy machine either.
  const invocations = await Promise.all([1, 2].map((n) => namespace.sdk.invoke("talk", { n, ms: 6000 })));
  expect(new Set(invocations.map(({ text }) => text)).size).toBe(2);
  const text = await until("both requests to be logged", 60, async () => {
    const now = await logs("talk");
    return (now.match(/REPORT RequestId/g)?.length ?? 0) >= 2 ? now : undefined;
  });
  expect(new Set(text.match(/^\[pod\/[^/]+/gm)).size).toBeGreaterThanOrEqual(2);
  expect(text).toContain("hello from 1");
  expect(text).toContain("hello from 2");
});

test("one request's log is its lines between START and REPORT, each with its id or in their place", async () => {
  const { requestId } = await namespace.sdk.invoke("talk", { n: 3 });
  const text = await until("its REPORT", 60, async () => {
    const now = await logs("talk");
    return now.includes(`REPORT RequestId: ${requestId}`) ? now : undefined;
  });
  const own = text.split("\n").filter((line) => line.includes(requestId ?? "none"));
  expect(own[0]).toContain(`START RequestId: ${requestId} Version: $LATEST`);
  expect(own.some((line) => line.includes("hello from 3"))).toBe(true);
  expect(own.some((line) => /ERROR.*a complaint|a complaint/.test(line))).toBe(true);
  expect(own.at(-1)).toMatch(/REPORT RequestId: \S+\s+Duration: [\d.]+ ms\s+Billed Duration: \d+ ms/);
});

test("a cold start's REPORT tells its init, a warm one's does not", async () => {
  // Idle environments go, and their logs with them: each look has an invocation of its own.
  await until("one of each", 60, async () => {
    await namespace.sdk.invoke("talk", { n: 4 });
    const reports = (await logs("talk")).split("\n").filter((line) => line.includes("REPORT"));
    const cold = reports.filter((line) => line.includes("Init Duration:"));
    return cold.length > 0 && reports.length > cold.length;
  });
});

test("a line without an end is not swallowed", async () => {
  await namespace.sdk.invoke("talk", { n: 5 });
  await until("the line", 60, async () => (await logs("talk")).includes("no newline"));
});

test("a timeout is logged as Lambda words it", async () => {
  const { requestId } = await namespace.sdk.invoke("timed");
  const text = await until("the timeout to be logged", 60, async () => {
    const now = await logs("timed");
    return now.includes("Task timed out") ? now : undefined;
  });
  expect(text).toMatch(
    new RegExp(`\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z ${requestId} Task timed out after 1\\.00 seconds`),
  );
});

test("JSON format logs objects with the request id", async () => {
  const id = (await namespace.sdk.invoke("structured")).json<string>();
  const records = await until("its records", 60, async () => {
    const lines = (await logs("structured")).split("\n").map((line) => line.replace(/^\[[^\]]+\] /, ""));
    const parsed = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as LogRecord);
    return parsed.some(({ type }) => type === "platform.report") ? parsed : undefined;
  });
  const own = records.find(({ message }) => message === "hello");
  expect(own).toMatchObject({ requestId: id, level: "INFO" });
  for (const type of ["platform.start", "platform.report"]) {
    expect(records.find((record) => record.type === type)?.record?.requestId).toBe(id);
  }
});

interface LogRecord {
  type?: string;
  record?: { requestId?: string };
  message?: string;
  requestId?: string;
  level?: string;
}
