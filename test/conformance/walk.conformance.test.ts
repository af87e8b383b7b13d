/** The thinnest path: hello, assign, invoke, response, end. */
import { expect, test } from "bun:test";
import { startEnvironment } from "./harness/environment.ts";

test("a function answers its first invocation and its next", async () => {
  await using environment = await startEnvironment({
    files: {
      "index.mjs": "let n = 0; export const handler = async (event) => ({ hello: event.name, n: ++n })",
    },
  });
  expect(await environment.initialized()).toMatchObject({ status: "success", revision: "f-0123456789" });
  const first = await environment.invoke({ name: "world" });
  expect(first.json).toEqual({ hello: "world", n: 1 });
  expect(first.end.status).toBe("success");
  expect((await environment.invoke({ name: "you" })).json).toEqual({ hello: "you", n: 2 });
});
