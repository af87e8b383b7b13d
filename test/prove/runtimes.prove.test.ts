/** Every managed runtime of this release, and AWS's own runtime clients in images as their users build them, on a cluster: applied, invoked, cold and warm. */
import { expect, test } from "bun:test";
import { availableRuntimes } from "../../crds/runtimes.ts";
import { version } from "../../package.json";
import { javaFiles } from "../conformance/harness/java.ts";
import { runtimeClients } from "../support/clients.ts";
import { fileServer } from "../support/fileserver.ts";
import { goBootstrap } from "../support/golang.ts";
import { aFunction, type FunctionSpecInput } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { zip } from "../support/zip.ts";

type Written = Pick<FunctionSpecInput, "handler" | "code">;
const namespace = testNamespace("every-runtime");
const server = () => fileServer(namespace.name);

/** A function of each family that answers with what it is given. */
const written: Record<string, () => Promise<Written>> = {
  nodejs: async () => inline("index.mjs", "export const handler = async (event) => ({ hello: event.name });"),
  python: async () => inline("index.py", 'def handler(event, context): return {"hello": event["name"]}'),
  ruby: async () => inline("index.rb", 'def handler(event:, context:) = { hello: event["name"] }'),
  java: async () => {
    const files = Object.entries(await javaFiles()).map(([name, file]) => ({
      name,
      content: typeof file === "string" ? file : file.content,
    }));
    return { handler: "test.Forms$Maps", code: await (await server()).put("java.zip", zip(files)) };
  },
  provided: async () => {
    const bootstrap = { name: "bootstrap", content: await goBootstrap("hello"), mode: 0o100755 };
    return { handler: "bootstrap", code: await (await server()).put("go.zip", zip([bootstrap])) };
  },
};

function inline(name: string, source: string): Written {
  return { handler: "index.handler", code: { inline: { [name]: source } } };
}

const made = new Map<string, Promise<Written>>();

for (const { name: runtime, family } of availableRuntimes) {
  test(`the managed runtime ${runtime} answers, and answers again`, async () => {
    const write = written[family];
    if (write === undefined) throw new Error(`no function is written for the family ${family}`);
    const code = made.get(family) ?? write();
    made.set(family, code);
    const name = runtime.replaceAll(".", "-");
    await namespace.ready(aFunction(name, { runtime, memorySize: 512, timeout: 30, ...(await code) }));
    for (const who of ["first", "second"]) {
      const invocation = await namespace.sdk.invoke(name, { name: who });
      expect(invocation.functionError).toBeUndefined();
      expect(invocation.text).toContain(who);
    }
  });
}

for (const { name: client, registry, image, imageConfig, by, error } of runtimeClients) {
  test(`${client} of ${registry}, unmodified in an image of its user, answers, fails, and answers again`, async () => {
    const { runtime: _runtime, handler: _handler, ...spec } = aFunction(image).spec;
    const code = { imageUri: `kambda/${image}:${version}` };
    await namespace.ready({
      ...aFunction(image),
      spec: { ...spec, code, imageConfig, memorySize: 512, timeout: 30 },
    });
    const first = await namespace.sdk.invoke(image, { n: [1, "ü"] });
    expect(first.functionError).toBeUndefined();
    expect(first.json<unknown>()).toEqual({
      event: { n: [1, "ü"] },
      id: first.requestId,
      by: expect.stringMatching(by),
    });
    const failed = await namespace.sdk.invoke(image, { fail: true });
    expect(failed.functionError).toBe("Unhandled");
    expect(failed.json<object>()).toMatchObject(error);
    const again = await namespace.sdk.invoke(image, {});
    expect(again.json<object>()).toMatchObject({ event: {}, id: again.requestId });
  });
}
