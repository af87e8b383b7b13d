/** From zero to as many environments as are needed and back; concurrency that is reserved; who is chosen. */
import { describe, expect, test } from "bun:test";
import type { LambdaServiceException } from "@aws-sdk/client-lambda";
import { aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { testIdleSeconds } from "../support/release.ts";
import { overlap, type Span } from "../support/span.ts";
import { pause, until } from "../support/until.ts";

/** Says which environment it is and how often that was called, after sleeping as long as asked. */
const body = `globalThis.calls = (globalThis.calls ?? 0) + 1;
  const { calls } = globalThis;
  if (event.ms) await new Promise((resolve) => setTimeout(resolve, event.ms));
  return { environment: process.env.AWS_LAMBDA_LOG_STREAM_NAME, calls };`;

/** Says besides when it began and ended. */
const timedBody = `const beganMs = Date.now();
  const said = await (async () => { ${body} })();
  return { ...said, beganMs, endedMs: Date.now() };`;

const namespace = testNamespace("scaling", (made) =>
  made.ready(
    aHandler("elastic", body, { timeout: 60 }),
    aHandler("recent", body),
    aHandler("reserved", timedBody, { reservedConcurrency: 2 }),
    aHandler("stopped", body, { reservedConcurrency: 0 }),
    aHandler("large", body, { memorySize: 4096 }),
  ),
);

interface Answer {
  environment: string;
  calls: number;
}
const invoke = async (name: string, ms = 0) => (await namespace.sdk.invoke(name, { ms })).json<Answer>();
const atOnce = (count: number, name: string, ms: number) =>
  Promise.all(Array.from({ length: count }, () => invoke(name, ms)));

/** Environments that still take work: not done, not going. */
const living = async (name: string) =>
  (await namespace.environmentsOf(name)).filter(
    ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined &&
      !["Succeeded", "Failed"].includes((status as { phase: string }).phase),
  );

describe("a function", () => {
  test("has no environment before its first call, as many as run at once, and none again when idle", async () => {
    expect(await living("elastic")).toHaveLength(0);
    // Long enough that waiting for one to be freed is never the shorter way, on a busy machine either.
    const answers = await atOnce(4, "elastic", 15_000);
    expect(new Set(answers.map(({ environment }) => environment)).size).toBe(4);
    // One for each, but that a pod which is late is not waited for: then what the pool is refilled with serves too.
    await until("its pods to be labelled", 60, async () => (await living("elastic")).length >= 4);
    expect((await living("elastic")).length).toBeLessThanOrEqual(8);
    await until("its idle environments to be gone", testIdleSeconds + 60, async () => {
      return (await namespace.environmentsOf("elastic")).length === 0;
    });
    expect((await invoke("elastic")).calls).toBe(1);
  });

  test("waits for an environment that is being freed rather than starting another for a short burst", async () => {
    await invoke("recent");
    const answers = await atOnce(8, "recent", 5);
    expect(new Set(answers.map(({ environment }) => environment)).size).toBeLessThan(8);
  });

  test("is served by the environment used most recently, so that the others go idle", async () => {
    await atOnce(3, "recent", 800);
    // A start that came too late for the burst counts as used when it is ready, and an answer arrives a moment before its
    // environment is free: the next caller in that moment gets another. Taken in turn, no two calls in a row would be the same one's.
    await until("the same environment to be chosen six times in a row", 60, async () => {
      const first = await invoke("recent");
      for (let call = 1; call <= 5; call++) {
        await pause(200);
        expect(await invoke("recent")).toEqual({ environment: first.environment, calls: first.calls + call });
      }
      return true;
    });
  });

  test("above the largest pool class gets a pod of its own", async () => {
    await invoke("large");
    const pods = await until("its pod", 60, async () => {
      const found = await living("large");
      return found.length > 0 ? found : undefined;
    });
    expect(pods[0]?.metadata.labels?.["kambda.dev/claim"]).toBe("dedicated");
  });

  test("below it is given one from the pool, which is refilled", async () => {
    const pooled = () => namespace.list("pods", "kambda.dev/claim=pool");
    let attempt = 0;
    // A pool that is just being refilled has none to give: the function then gets a pod of its own.
    const claimed = await until("a claimed pod", 90, async () => {
      const name = `pooled-${++attempt}`;
      await namespace.ready(aHandler(name, body));
      await until("the pool to be filled", 60, async () => (await pooled()).length > 0);
      await invoke(name);
      const [pod] = await until("its pod", 60, async () => {
        const found = await living(name);
        return found.length > 0 && found;
      });
      return pod?.metadata.labels?.["kambda.dev/claim"] === "claimed" && pod;
    });
    expect(claimed.metadata.name).toStartWith("kambda-pool-");
    await until("the pool to be refilled", 60, async () => (await pooled()).length > 0);
  });
});

describe("reserved concurrency", () => {
  const refusal = async (name: string): Promise<LambdaServiceException> =>
    await namespace.sdk.refused(name, { ms: 0 });

  test("is a cap at once: the third of two is throttled with its reason, and a place is free again after", async () => {
    await atOnce(2, "reserved", 10);
    // A permit is given back a moment after the answer: until then one more is refused.
    const error = await until("one of three to be refused", 60, async () => {
      const results = await Promise.allSettled(
        [1, 2, 3].map(() => namespace.sdk.invoke("reserved", { ms: 3000 })),
      );
      const refused = results.filter((result) => result.status === "rejected");
      return refused.length === 1 && (refused[0]?.reason as LambdaServiceException);
    });
    expect(error).toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
      retryAfterSeconds: expect.stringMatching(/^\d+$/),
    });
    await until("a place to be free", 60, async () => (await invoke("reserved")).calls > 0);
  });

  test("is never exceeded, however many callers try", async () => {
    const callers = 12;
    // Refusals of the tests before may have used up the function's request rate for this second.
    const spans = await until("some of the callers to be served", 60, async () => {
      const calls = Array.from({ length: callers }, () => namespace.sdk.invoke("reserved", { ms: 700 }));
      const served = (await Promise.allSettled(calls)).flatMap((result) =>
        result.status === "fulfilled" ? [result.value.json<Span>()] : [],
      );
      return served.length > 0 && served;
    });
    expect(spans.length).toBeLessThan(callers);
    expect(overlap(spans)).toBeWithin(1, 3);
  });

  test("of 0 stops the function", async () => {
    const error = await refusal("stopped");
    expect(error).toMatchObject({
      name: "TooManyRequestsException",
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
    expect(await living("stopped")).toHaveLength(0);
  });

  test("changes take effect without new code", async () => {
    await namespace.ready(aHandler("stopped", body, { reservedConcurrency: 1 }));
    await until("the function to be let go", 60, async () => (await invoke("stopped")).calls > 0);
  });
});
