/** Versions: published by kubectl and by publish: true, numbered once and for ever, invoked by number (V1). */
import { describe, expect, test } from "bun:test";
import { apply, kubectlRefused } from "../support/kubectl.ts";
import { aFunction, aHandler } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { anAlias, aVersion, published, routed } from "../support/publish.ts";
import { until } from "../support/until.ts";

const namespace = testNamespace("versions");
const { sdk } = namespace;
const says = (word: string) => ({ "index.mjs": `export const handler = async () => "${word}";\n` });
const answer = async (name: string, qualifier?: string) =>
  await sdk.invoke(name, {}, qualifier === undefined ? {} : { Qualifier: qualifier });

describe("a published version", () => {
  test("is what $LATEST was, for ever, and tells the function which it is", async () => {
    const body =
      "return { word: 'first', version: context.functionVersion, variable: process.env.AWS_LAMBDA_FUNCTION_VERSION, arn: context.invokedFunctionArn, stream: context.logStreamName };";
    await namespace.ready(aHandler("kept", body));
    await namespace.apply(aVersion("kept.first", { functionName: "kept" }));
    expect(await published(namespace, "kept.first")).toBe("1");
    await namespace.ready(aHandler("kept", body.replace("first", "second")));
    for (const [name, qualifier] of [
      ["kept", "1"],
      ["kept:1", undefined],
    ] as const) {
      const first = await answer(name, qualifier);
      expect(first.executedVersion).toBe("1");
      expect(first.json<Record<string, string>>()).toEqual({
        word: "first",
        version: "1",
        variable: "1",
        arn: expect.stringMatching(/:function:kept:1$/) as unknown as string,
        stream: expect.stringContaining("/[1]") as unknown as string,
      });
    }
    await until("the new code to serve as $LATEST", 60, async () => {
      const latest = await answer("kept");
      expect(latest.executedVersion).toBe("$LATEST");
      return latest.json<{ word: string }>().word === "second";
    });
    const missing = await sdk.refused("kept", {}, { Qualifier: "2" });
    expect([missing.name, missing.message]).toEqual([
      "ResourceNotFoundException",
      expect.stringMatching(/^Function not found: arn:.*:function:kept:2$/),
    ]);
  });

  test("cannot be changed: neither its spec nor the Revision it runs", async () => {
    await namespace.ready(aFunction("fixed"));
    await namespace.apply(aVersion("fixed.1", { functionName: "fixed" }));
    await published(namespace, "fixed.1");
    const words = ["-n", namespace.name, "patch", "--type=merge"];
    const spec = JSON.stringify({ spec: { description: "another" } });
    expect(await kubectlRefused([...words, "version.kambda.dev/fixed.1", "-p", spec])).toContain(
      "description may not change: publish another Version",
    );
    const { revision } = (await namespace.get("versions.kambda.dev", "fixed.1"))?.status ?? {};
    const timeout = JSON.stringify({ spec: { timeout: 900 } });
    expect(await kubectlRefused([...words, `revision.kambda.dev/${revision}`, "-p", timeout])).toMatch(
      /Revision never changes|written by Kambda's operator only/,
    );
  });

  test("of code and configuration that did not change is the same version again", async () => {
    await namespace.ready(aFunction("same"));
    await namespace.apply(aVersion("same.a", { functionName: "same" }));
    await published(namespace, "same.a");
    await namespace.apply(aVersion("same.b", { functionName: "same", description: "again" }));
    expect(await published(namespace, "same.b")).toBe("1");
    await namespace.ready(aFunction("same", { timeout: 20 }));
    await namespace.apply(aVersion("same.c", { functionName: "same" }));
    expect(await published(namespace, "same.c")).toBe("2");
  });

  test("applied together with the change it publishes waits for that change", async () => {
    await namespace.ready(aFunction("together", { code: { inline: says("old") } }));
    await namespace.apply(
      aVersion("together.new", { functionName: "together" }),
      aFunction("together", { code: { inline: says("new") } }),
    );
    const number = await published(namespace, "together.new");
    // Judged before the change was applied it would have been the old code, which is right as well.
    const word = (await answer("together", number)).json<string>();
    await namespace.apply(
      aFunction("together", { code: { inline: says("newest") } }),
      aVersion("together.newest", { functionName: "together" }),
    );
    const newest = await published(namespace, "together.newest");
    expect(["old", "new"]).toContain(word);
    expect((await answer("together", newest)).json<string>()).toBe("newest");
  });

  test("is refused while what it asks for is not so, with a sentence", async () => {
    await namespace.ready(aFunction("picky"));
    const wrong = "B".repeat(43);
    await namespace.apply(aVersion("picky.wrong", { functionName: "picky", codeSha256: `${wrong}=` }));
    const { codeSha256 } = await namespace.status("picky");
    const refused = await until("the refusal", 60, async () => {
      const { state, stateReason } =
        (await namespace.get("versions.kambda.dev", "picky.wrong"))?.status ?? {};
      return state === "Failed" ? String(stateReason) : undefined;
    });
    expect(refused).toBe(
      `spec.codeSha256 is ${wrong}=, but the function's code has ${codeSha256}. To publish that, make a Version without spec.codeSha256.`,
    );
    await namespace.apply(aVersion("picky.right", { functionName: "picky", codeSha256 }));
    expect(await published(namespace, "picky.right")).toBe("1");
  });
});

describe("publish: true", () => {
  test("makes a version of every change, and numbers go on after the function was deleted and made again", async () => {
    const made = (word: string) => aFunction("auto", { publish: true, code: { inline: says(word) } });
    for (const word of ["one", "two"]) await namespace.ready(made(word));
    expect(await published(namespace, "auto.2")).toBe("2");
    expect((await answer("auto", "1")).json<string>()).toBe("one");
    expect((await answer("auto", "2")).json<string>()).toBe("two");
    await namespace.kubectl("delete", "functions.kambda.dev", "auto", "--timeout=60s");
    expect(await namespace.list("versions.kambda.dev", "kambda.dev/function=auto")).toEqual([]);
    await namespace.ready(made("three"));
    expect(await published(namespace, "auto.3")).toBe("3");
    expect((await answer("auto", "3")).json<string>()).toBe("three");
    for (const number of ["1", "2"])
      expect((await sdk.refused("auto", {}, { Qualifier: number })).name).toBe("ResourceNotFoundException");
  });

  test("never writes the Function's spec", async () => {
    await namespace.ready(aFunction("untouched", { publish: true }));
    const object = await namespace.get("functions.kambda.dev", "untouched");
    expect((object?.metadata as { generation?: number } | undefined)?.generation).toBe(1);
    expect((await namespace.status("untouched")).observedGeneration).toBe(1);
  });
});

describe("deleting a version", () => {
  test("an alias points to is refused with a sentence, and done once the alias points elsewhere", async () => {
    await namespace.ready(aFunction("held", { publish: true }));
    await published(namespace, "held.1");
    await namespace.apply(anAlias("held", { functionVersion: "1" }));
    await routed(namespace, "held.live");
    await until("the version to know its alias", 60, async () => {
      return ((await namespace.get("versions.kambda.dev", "held.1"))?.status?.aliases ?? []) as string[];
    });
    const deletion = ["-n", namespace.name, "delete", "version.kambda.dev", "held.1", "--timeout=60s"];
    await until("the refusal", 60, async () => {
      const said = await kubectlRefused([...deletion, "--dry-run=server"]).catch(() => "");
      return said.includes(
        "version 1 of function held is in use by alias live: point it to another version first",
      );
    });
    await namespace.ready(aFunction("held", { publish: true, timeout: 20 }));
    await published(namespace, "held.2");
    await namespace.apply(anAlias("held", { functionVersion: "2" }));
    await routed(namespace, "held.live");
    await until("the version to be free", 60, async () => {
      return (await namespace.get("versions.kambda.dev", "held.1"))?.status?.aliases === undefined;
    });
    await namespace.kubectl(...deletion.slice(2));
    await until("it to be gone", 60, async () => {
      return (await sdk.refused("held", {}, { Qualifier: "1" })).name === "ResourceNotFoundException";
    });
  });

  test("goes with its namespace, aliases or not", async () => {
    const name = `${namespace.name}-gone`;
    await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name } }]);
    await apply(
      [aFunction("left", { publish: true }), anAlias("left", { functionVersion: "1" })],
      ["-n", name],
    );
    const word = ["wait", "alias.kambda.dev/left.live", "--for=condition=Ready", "--timeout=60s"];
    await namespace.kubectl(...word, "-n", name);
    await namespace.kubectl("delete", "namespace", name, "--timeout=120s");
  });
});
