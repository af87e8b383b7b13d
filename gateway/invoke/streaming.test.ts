import { expect, test } from "vitest";
import type { HeadOf, ToGateway } from "../../crds/link/messages.ts";
import type { Callable } from "../catalog/callable.ts";
import { invokeLimits } from "./limits.ts";
import type { InvokeOutcome, InvokeRequest } from "./request.ts";
import { createStreamingFlight } from "./streaming.ts";

const requestId = "r";
const success: HeadOf<ToGateway, "end"> = {
  requestId,
  grant: "g",
  status: "success",
  durationMs: 1,
  billedMs: 1,
  memoryUsedMb: 1,
  logTail: "log",
};

function aFlight({ bytesMax = 1_000_000, logTail = false } = {}) {
  const answers: InvokeOutcome[] = [];
  const calls: string[] = [];
  const brake = { pause: () => void calls.push("pause"), resume: () => void calls.push("resume") };
  // What of the function this needs is its version.
  const callable = { functionVersion: "7" } as Callable;
  const request: InvokeRequest = {
    requestId,
    callable,
    invokedFunctionArn: "",
    payload: new Uint8Array(0),
    logTail,
    response: "streamed",
  };
  const flight = createStreamingFlight(request, { brake, bytesMax }, (outcome) => answers.push(outcome));
  const begin = () => {
    flight.responseHead({ requestId, mode: "streaming", contentType: "text/plain" });
    const [answer] = answers;
    if (answer?.kind !== "streaming") throw new Error("it did not begin");
    return answer;
  };
  return { flight, answers, calls, begin };
}

test("is answered with its head, once, and tells pieces in their order and its end", async () => {
  const { flight, answers, begin } = aFlight();
  const { stream, contentType, functionVersion } = begin();
  expect([contentType, functionVersion, flight.answered]).toEqual(["text/plain", "7", false]);
  flight.responseChunk(Buffer.from("a"));
  flight.responseHead({ requestId, mode: "streaming" });
  flight.responseChunk(Buffer.from("b"));
  flight.responseEnd({ requestId });
  flight.end(success);
  expect([flight.answered, answers.length]).toEqual([true, 1]);
  expect([await stream.next(), await stream.next()]).toMatchObject([
    { bytes: Buffer.from("a") },
    { bytes: Buffer.from("b") },
  ]);
  expect(await stream.next()).toEqual({ kind: "end", error: undefined, logTail: undefined });
});

test("stops its link when the caller is behind, and lets it go on: taken, cancelled, or at the response's end", async () => {
  const piece = new Uint8Array(invokeLimits.streamAheadBytesMax);
  const taken = aFlight();
  const { stream } = taken.begin();
  taken.flight.responseChunk(piece);
  expect(taken.calls).toEqual(["pause"]);
  await stream.next();
  expect(taken.calls).toEqual(["pause", "resume"]);

  const cancelled = aFlight();
  const other = cancelled.begin();
  cancelled.flight.responseChunk(piece);
  other.stream.cancel();
  cancelled.flight.responseChunk(piece);
  expect(cancelled.calls).toEqual(["pause", "resume"]);

  // Its link may carry another's response next.
  const ended = aFlight();
  ended.begin();
  ended.flight.responseChunk(piece);
  ended.flight.responseEnd({ requestId });
  expect(ended.calls).toEqual(["pause", "resume"]);
});

test("counts more for a piece than its bytes: one written byte by byte stops its link too", () => {
  const { flight, calls, begin } = aFlight();
  begin();
  for (let piece = 0; piece < invokeLimits.streamAheadBytesMax / invokeLimits.streamPieceBytes; piece++)
    flight.responseChunk(new Uint8Array(1));
  expect(calls).toEqual(["pause"]);
});

test("breaks off past its limit, and when its environment is lost", async () => {
  const large = aFlight({ bytesMax: 3 });
  const { stream } = large.begin();
  large.flight.responseChunk(Buffer.from("abcd"));
  large.flight.responseEnd({ requestId });
  expect(await stream.next()).toMatchObject({ bytes: Buffer.from("abc") });
  expect(await stream.next()).toMatchObject({ error: { errorType: "Function.ResponseSizeTooLarge" } });

  const lost = aFlight();
  const begun = lost.begin();
  lost.flight.settle({ kind: "abandoned" });
  expect(await begun.stream.next()).toMatchObject({ error: { errorType: "ServiceException" } });
});

test("waits with its end for the log, where it was asked for", async () => {
  const { flight, begin } = aFlight({ logTail: true });
  const { stream } = begin();
  flight.responseEnd({ requestId });
  expect(flight.answered).toBe(false);
  flight.end(success);
  expect(await stream.next()).toMatchObject({ kind: "end", logTail: "log" });
});

test("is a whole answer when the function failed before its first byte", () => {
  const { flight, answers } = aFlight();
  flight.responseHead({ requestId, mode: "buffered", functionError: "Unhandled" });
  flight.responseChunk(Buffer.from("{}"));
  flight.responseEnd({ requestId });
  expect(answers).toMatchObject([
    { kind: "answered", functionError: "Unhandled", body: [Buffer.from("{}")] },
  ]);
});
