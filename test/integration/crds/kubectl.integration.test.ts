/** What the person at kubectl sees of our kinds. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { kinds } from "../../../crds/kinds.ts";
import { kubectl } from "../../support/kubectl.ts";
import { aFunction } from "../../support/manifest.ts";
import { ownNamespace } from "./namespace.ts";

setDefaultTimeout(60_000);
const here = ownNamespace();

describe("kubectl explain teaches", () => {
  test.each([
    ["function.spec", "1769 MB"],
    ["function.spec.code", "exactly one of inline, zipFile"],
    ["function.spec.environment", "never expanded"],
    ["function.spec.url.cors", "preflight"],
    ["function.spec.asyncInvoke", "21600"],
    ["function.status", "last good"],
    ["aliases.kambda.dev.spec.routingConfig", "0 to 1"],
    ["esm.spec.source", "DynamoDB"],
  ])("%s", async (path, words) => {
    const told = (await kubectl(["explain", path])).replaceAll(/\s+/g, " ");
    expect(told).toContain(words);
    expect(told).not.toContain("<no description>");
  });
});

describe("every definition", () => {
  test.each(kinds.map((kind) => [kind.kind, kind] as const))(
    "%s is established and structural",
    async (_, kind) => {
      const crd = JSON.parse(await kubectl(["get", "crd", `${kind.plural}.kambda.dev`, "-o", "json"]));
      const conditions = Object.fromEntries(
        crd.status.conditions.map((one: { type: string; status: string }) => [one.type, one.status]),
      );
      expect(conditions).toMatchObject({ Established: "True", NamesAccepted: "True" });
      expect(conditions.NonStructuralSchema ?? "False").toBe("False");
    },
  );
});

test("kubectl get fn shows state, runtime, URL, last update and age", async () => {
  const name = "columns";
  await kubectl(["create", ...here, "-f", "-"], {
    input: JSON.stringify(aFunction(name, { runtime: "java21" })),
  });
  const status = { state: "Active", url: "http://abc.test/", lastUpdateStatus: "Successful" };
  const patch = JSON.stringify({ status });
  await kubectl(["patch", ...here, "fn", name, "--subresource=status", "--type=merge", "-p", patch]);
  const [head, row] = (await kubectl(["get", ...here, "fn", name])).split("\n");
  expect(head?.split(/ {2,}/)).toEqual(["NAME", "STATE", "RUNTIME", "URL", "LAST UPDATE", "AGE"]);
  expect(row).toContain("java21");
  expect(await kubectl(["get", ...here, "kambda"])).toContain(`function.kambda.dev/${name}`);
  const selector = ["--field-selector", "spec.runtime=java21", "-o", "name"];
  expect(await kubectl(["get", ...here, "fn", ...selector])).toContain(name);
});

test("a change of status by a user's apply is ignored: status is a subresource", async () => {
  const manifest = { ...aFunction("hello"), status: { state: "Active" } };
  const made = JSON.parse(
    await kubectl(["create", ...here, "--dry-run=server", "-o", "json", "-f", "-"], {
      input: JSON.stringify(manifest),
    }),
  );
  expect(made.status).toBeUndefined();
});
