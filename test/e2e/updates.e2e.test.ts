/** Updates: a failed one leaves the last good code serving, a good one moves with no failed request. */
import { describe, expect, test } from "bun:test";
import { judge } from "../support/judge.ts";
import { aConfigMap, aFunction, type FunctionSpecInput } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

const namespace = testNamespace("updates");

/** Code that answers where it came from. */
const from = (source: string) => ({ "index.mjs": `export const handler = async () => "${source}";\n` });
const answer = async (name: string) => (await namespace.sdk.invoke(name)).json<string>();
const judged = (name: string, spec: Partial<FunctionSpecInput>) => judge(namespace, aFunction(name, spec));

describe("an update", () => {
  test("that fails keeps the last good code serving, and the next good one takes over", async () => {
    await namespace.ready(aFunction("updated", { code: { inline: from("good") } }));
    expect(await answer("updated")).toBe("good");
    const failed = await judged("updated", { code: { configMap: { name: "missing" } } });
    expect(failed).toMatchObject({
      state: "Active",
      lastUpdateStatus: "Failed",
      lastUpdateStatusReasonCode: "SourceNotFound",
    });
    expect(await answer("updated")).toBe("good");
    await namespace.ready(aFunction("updated", { code: { inline: from("better") } }));
    await until("the better code to serve", 60, async () => (await answer("updated")) === "better");
  });

  test("moves with no failed request", async () => {
    await namespace.ready(aFunction("moved", { code: { inline: from("old") } }));
    let going = true;
    const answers: string[] = [];
    const caller = (async () => {
      while (going) answers.push(await answer("moved"));
    })();
    await until("the first answer", 60, () => answers.length > 0);
    await namespace.ready(aFunction("moved", { code: { inline: from("new") } }));
    await until("the new code to serve", 60, () => answers.at(-1) === "new");
    going = false;
    await caller;
    expect(new Set(answers)).toEqual(new Set(["old", "new"]));
    expect(answers.lastIndexOf("old")).toBeLessThan(answers.indexOf("new"));
  });

  test("whose source was mended is fetched again without another apply", async () => {
    const failed = await judged("mended", { code: { configMap: { name: "late" } } });
    expect(failed.state).toBe("Failed");
    await namespace.apply(aConfigMap("late", from("late")));
    await until("mended to be Active", 60, async () => (await namespace.status("mended")).state === "Active");
    expect(await answer("mended")).toBe("late");
  });
});
