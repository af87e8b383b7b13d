/** The contract as the API server holds it: what is refused, what is filled in, what may never change. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Rule } from "../../../crds/fields/field.ts";
import { parseFunction } from "../../../crds/function/schema.ts";
import { definition } from "../../../crds/generate/definition.ts";
import { kinds } from "../../../crds/kinds.ts";
import { kubectl, kubectlRefused, type Manifest } from "../../support/kubectl.ts";
import { aFunction } from "../../support/manifest.ts";
import { ownNamespace } from "./namespace.ts";
import { refusedFunctions } from "./refused.ts";
import {
  anObject,
  goodAlias,
  goodLayer,
  goodMapping,
  goodRevision,
  goodVersion,
  refusedOthers,
} from "./refusedothers.ts";

setDefaultTimeout(60_000);

const here = ownNamespace();
const dryRun = ["create", ...here, "--dry-run=server", "-o", "json", "-f", "-"];
const refused = [...refusedFunctions, ...refusedOthers];

describe("the API server refuses, with a sentence,", () => {
  test.each(refused.map((one) => [one.title, one] as const))("%s", async (_, { manifest, says }) => {
    expect(await kubectlRefused(dryRun, { input: JSON.stringify(manifest) })).toContain(says);
  });

  test("something by every rule there is, those on change aside", () => {
    const rules = kinds
      .flatMap((kind) => rulesIn(definition(kind)))
      .filter(({ rule }) => !rule.includes("oldSelf"));
    const said = refused.map(({ says }) => says);
    const held = (message: string) => said.some((one) => message.includes(one));
    // These two are worded by messageExpression, so that the offender is named.
    const worded = rules.filter(({ messageExpression }) => messageExpression === undefined);
    expect(worded.length).toBeGreaterThan(30);
    expect(worded.map(({ message }) => message ?? "").filter((message) => !held(message))).toEqual([]);
  });
});

describe("the API server accepts", () => {
  test.each([
    ["a Version", anObject("Version", "hello.1", goodVersion)],
    ["an Alias", anObject("Alias", "hello.live", goodAlias)],
    ["an EventSourceMapping", anObject("EventSourceMapping", "m", goodMapping)],
    ["a LayerVersion", anObject("LayerVersion", "lib.1", goodLayer)],
    ["a Revision", anObject("Revision", "hello-x", goodRevision)],
    ["180 KB of inline code", aFunction("hello", { code: { inline: { a: "x".repeat(184_319) } } })],
    [
      "4096 bytes of environment",
      aFunction("hello", { environment: { variables: { AB: "x".repeat(4094) } } }),
    ],
    [
      "credentials from a Secret",
      aFunction("hello", {
        environment: { from: [{ name: "AWS_ACCESS_KEY_ID", secretKeyRef: { name: "aws", key: "id" } }] },
      }),
    ],
    [
      "a runtime it has never heard of, which the operator explains",
      aFunction("hello", { runtime: "nodejs99.x" }),
    ],
    ["a provided runtime without a handler", withoutHandler()],
  ] as [string, Manifest][])("%s", async (_, manifest) => {
    const made = JSON.parse(
      await kubectl([...dryRun, ...writerOf(manifest)], { input: JSON.stringify(manifest) }),
    );
    expect(made).toMatchObject({ kind: manifest.kind, metadata: { name: manifest.metadata.name } });
  });
});

test("the API server fills in the same defaults as our own reading", async () => {
  const manifest = aFunction("hello", {
    url: { authType: "NONE" },
    asyncInvoke: {},
    fileSystem: { claimName: "c", localMountPath: "/mnt/c" },
  });
  const made = JSON.parse(await kubectl(dryRun, { input: JSON.stringify(manifest) }));
  const own = parseFunction({ ...manifest, metadata: { name: "hello", namespace: "default" } });
  expect(made.spec).toEqual(own.spec);
  expect(made.spec).toMatchObject({ memorySize: 128, asyncInvoke: { maximumEventAge: 21_600 } });
});

describe("never changes:", () => {
  // java21 has no image in this release, so that no environment is started for what is only a manifest here.
  const still = (name: string, spec = {}) => aFunction(name, { runtime: "java21", ...spec });
  const cases: [string, Manifest, Record<string, unknown>, string][] = [
    [
      "a function's name",
      still("named", { functionName: "One" }),
      { functionName: "Two" },
      "spec.functionName may not change",
    ],
    [
      "a function's name that was the object's",
      still("plain"),
      { functionName: "Two" },
      "spec.functionName may not change",
    ],
    [
      "what a Version publishes",
      anObject("Version", "v", goodVersion),
      { functionName: "other" },
      "functionName may not change: publish another Version",
    ],
    [
      "a Version's description",
      anObject("Version", "d", goodVersion),
      { description: "other" },
      "description may not change",
    ],
    [
      "a Version's precondition on code",
      anObject("Version", "c", goodVersion),
      { codeSha256: `${"A".repeat(43)}=` },
      "codeSha256 may not change",
    ],
    [
      "a Version's precondition on revision",
      anObject("Version", "r", goodVersion),
      { revisionId: "x" },
      "revisionId may not change",
    ],
    [
      "an Alias's function",
      anObject("Alias", "f", goodAlias),
      { functionName: "other" },
      "functionName may not change: make another Alias",
    ],
    [
      "an Alias's name",
      anObject("Alias", "n", goodAlias),
      { name: "other" },
      "name may not change: make another Alias",
    ],
    [
      "a mapping's source",
      anObject("EventSourceMapping", "s", goodMapping),
      { source: { sqs: { queueUrl: "https://q/other" } } },
      "source may not change",
    ],
    [
      "a LayerVersion",
      anObject("LayerVersion", "l", goodLayer),
      { description: "other" },
      "a layer version never changes",
    ],
    ["a Revision", anObject("Revision", "rev", goodRevision), { timeout: 4 }, "a Revision never changes"],
  ];

  test.each(cases)("%s", async (_, manifest, change, says) => {
    const target = [`${manifest.kind.toLowerCase()}.kambda.dev`, manifest.metadata.name];
    await kubectl(["create", ...here, ...writerOf(manifest), "-f", "-"], { input: JSON.stringify(manifest) });
    const patch = ["--type=merge", "-p", JSON.stringify({ spec: change })];
    expect(await kubectlRefused(["patch", ...here, ...target, ...patch])).toContain(says);
  });

  test("but a function may be given the name it has", async () => {
    const manifest = still("same");
    const patch = JSON.stringify({ spec: { functionName: manifest.metadata.name } });
    await kubectl(["create", ...here, "-f", "-"], { input: JSON.stringify(manifest) });
    await kubectl([
      "patch",
      ...here,
      "function.kambda.dev",
      manifest.metadata.name,
      "--type=merge",
      "-p",
      patch,
    ]);
  });
});

/** Revisions are written by the operator's account only: a policy of the chart sees to it. */
function writerOf({ kind }: Manifest): string[] {
  return kind === "Revision" ? ["--as", "system:serviceaccount:kambda-system:kambda-operator"] : [];
}

function withoutHandler(): Manifest {
  const manifest = aFunction("hello", { runtime: "provided.al2023" });
  const { handler: _, ...spec } = manifest.spec;
  return { ...manifest, spec } as Manifest;
}

/** Every rule anywhere in a definition. */
function rulesIn(value: unknown): Rule[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "x-kubernetes-validations" ? (inner as Rule[]) : rulesIn(inner),
  );
}
