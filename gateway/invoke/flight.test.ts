import { expect, test } from "vitest";
import { limits } from "../../crds/limits.ts";
import { join, lengthOf } from "../aside/pieces.ts";
import type { Callable } from "../catalog/callable.ts";
import { createFlight } from "./flight.ts";
import type { InvokeOutcome } from "./request.ts";

const requestId = "r";
const most = Buffer.alloc(limits.responseBytesMax);

function aFlight() {
  const answers: InvokeOutcome[] = [];
  const callable = { functionVersion: "7" } as Callable;
  const request = {
    requestId,
    callable,
    invokedFunctionArn: "",
    payload: new Uint8Array(0),
    logTail: false,
  };
  return { flight: createFlight(request, (outcome) => answers.push(outcome)), answers };
}

test("a collected response of the largest size is answered whole", () => {
  const { flight, answers } = aFlight();
  flight.responseHead({ requestId, mode: "streaming" });
  flight.responseChunk(most);
  flight.responseEnd({ requestId });
  expect(answers).toMatchObject([{ kind: "answered", functionError: undefined }]);
  expect(answers[0]?.kind === "answered" && lengthOf(answers[0].body)).toBe(most.length);
});

test("a large response stays in the pieces it came in: joining them would hold the loop (H3)", () => {
  const { flight, answers } = aFlight();
  const chunks = [1, 2, 3].map((fill) => Buffer.alloc(1024 * 1024, fill));
  flight.responseHead({ requestId, mode: "buffered" });
  for (const chunk of chunks) flight.responseChunk(chunk);
  flight.responseEnd({ requestId });
  const [answer] = answers;
  expect(answer?.kind === "answered" && answer.body.every((piece, index) => piece === chunks[index])).toBe(
    true,
  );
});

test("one byte more is the function's own error, however much comes after it", () => {
  const { flight, answers } = aFlight();
  flight.responseHead({ requestId, mode: "streaming" });
  for (const chunk of [most, Buffer.from("x"), most]) flight.responseChunk(chunk);
  flight.responseEnd({ requestId });
  expect(answers).toMatchObject([{ kind: "answered", functionError: "Unhandled" }]);
  expect(JSON.parse(String(answers[0]?.kind === "answered" && join(answers[0].body)))).toEqual({
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
  });
});

test.each([
  [
    "in the runtime's words",
    {
      errorType: "Error",
      errorMessage: JSON.stringify({ errorType: "TypeError", errorMessage: "x", trace: [] }),
    },
    { errorType: "TypeError", errorMessage: "x", trace: [] },
  ],
  [
    "in ours",
    { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3.00 seconds" },
    { errorType: "Sandbox.Timedout", errorMessage: "Task timed out after 3.00 seconds" },
  ],
])("a collected stream that failed midway is answered by its error alone, %s", (_, error, told) => {
  const { flight, answers } = aFlight();
  flight.responseHead({ requestId, mode: "streaming" });
  flight.responseChunk(Buffer.from("part"));
  flight.responseEnd({ requestId, error });
  expect(answers).toMatchObject([{ kind: "answered", functionError: "Unhandled" }]);
  expect(JSON.parse(String(answers[0]?.kind === "answered" && join(answers[0].body)))).toEqual(told);
});

test("a response that comes a second time after its link broke is counted anew", () => {
  const { flight, answers } = aFlight();
  for (let turn = 0; turn < 2; turn++) {
    flight.responseHead({ requestId, mode: "streaming" });
    flight.responseChunk(most);
  }
  flight.responseEnd({ requestId });
  expect(answers).toMatchObject([{ kind: "answered", functionError: undefined }]);
});
