/** Nodes without room. It fills them, so nobody runs beside it. */
import { expect, test } from "bun:test";
import { fillNodes } from "../../support/fill.ts";
import { aHandler, aPythonHandler } from "../../support/manifest.ts";
import { testNamespace } from "../../support/namespace.ts";
import { pause, until } from "../../support/until.ts";

const namespace = testNamespace("room", (made) =>
  made.ready(aHandler("resident", "return 1;", { memorySize: 1024 })),
);
const unlessRefused = (name: string) => namespace.sdk.invoke(name).catch(() => undefined);

/** Often enough that its environment is never idle for as long as one may be. */
const usedEveryMs = 3_000;

test("an idle environment that takes the room leaves for a function that has none", async () => {
  await namespace.sdk.invoke("resident");
  let going = true;
  const used = (async () => {
    while (going) await Promise.all([unlessRefused("resident"), pause(usedEveryMs)]);
  })();
  try {
    // Less than any environment asks for: the pools cannot be filled either.
    await fillNodes(namespace.name, 5);
    const newcomer = "def handler(event, context):\n    return 2\n";
    await namespace.ready(aPythonHandler("newcomer", newcomer, { memorySize: 128 }));
    const answer = await until("the function without an environment to be served", 90, () =>
      unlessRefused("newcomer"),
    );
    expect(answer.text).toBe("2");
  } finally {
    going = false;
    await used;
  }
}, 180_000);
