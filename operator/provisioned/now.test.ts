/** Several may ask for environments of one Revision: each is told of its own. */
import { describe, expect, test } from "vitest";
import type { AliasObject } from "../../crds/alias/schema.ts";
import { annotations, initialized, labels } from "../../crds/labels.ts";
import type { VersionObject } from "../../crds/version/schema.ts";
import { anAlias, aVersion } from "../../kernel/testing/objects.ts";
import { type PodView, podSchema } from "../pod/view.ts";
import { aliasIntent, versionIntent } from "./intent.ts";
import { provisionedNow } from "./now.ts";

const published = { version: "1", revision: "hello-1" };
const versionOf = (provisionedConcurrency: number, name = "hello.1") =>
  aVersion({ provisionedConcurrency }, { name }, published);
const aliasOf = (provisionedConcurrency: number, name: string) =>
  anAlias(
    { provisionedConcurrency, name },
    { name },
    { routes: [{ functionVersion: "1", revision: "hello-1", weight: 1 }] },
  );

/** Of Revision `hello-1`; without a mark INIT has not ended. */
const aKeptPod = (name: string, mark: string | undefined = initialized.success): PodView =>
  podSchema.parse({
    metadata: {
      name,
      namespace: "team",
      uid: name,
      labels: { [labels.provisioned]: "true", [labels.revision]: "hello-1" },
      annotations: mark === "" ? {} : { [annotations.initialized]: mark },
    },
    status: { phase: "Running" },
  });

function statuses(asking: { versions?: VersionObject[]; aliases?: AliasObject[] }, pods: PodView[]) {
  const { versions = [], aliases = [] } = asking;
  const watches = {
    versions: { list: () => versions },
    aliases: { list: () => aliases },
    pods: { list: () => pods },
    revisions: { get: () => undefined },
  };
  const deps = { watches, provisionRefusals: { get: () => undefined } } as never;
  const told = [
    ...versions.map((one) => provisionedNow(deps, one, versionIntent, 0).provisioned),
    ...aliases.map((one) => provisionedNow(deps, one, aliasIntent, 0).provisioned),
  ];
  return told.map((one) => [one?.status, one?.available, one?.allocated]);
}

describe("two that ask for environments of one Revision", () => {
  const asking = { versions: [versionOf(2)], aliases: [aliasOf(2, "live")] };

  test("are not both READY with the environments of one: the version's come first", () => {
    expect(statuses(asking, [aKeptPod("a"), aKeptPod("b")])).toEqual([
      ["READY", 2, 2],
      ["IN_PROGRESS", 0, 0],
    ]);
  });

  test("are each told of their own, those that serve first", () => {
    const pods = [aKeptPod("a", ""), aKeptPod("b"), aKeptPod("c"), aKeptPod("d")];
    expect(statuses(asking, pods)).toEqual([
      ["READY", 2, 2],
      ["IN_PROGRESS", 1, 2],
    ]);
  });

  test("are both READY with as many as they ask for together", () => {
    const ready = ["READY", 2, 2];
    expect(
      statuses(
        asking,
        ["a", "b", "c", "d"].map((name) => aKeptPod(name)),
      ),
    ).toEqual([ready, ready]);
  });

  test("follow each other by name, whatever order the watch lists them in", () => {
    const aliases = [aliasOf(1, "b"), aliasOf(1, "a")];
    const versions = [versionOf(1, "twin.2"), versionOf(1, "twin.1")];
    const told = statuses({ versions, aliases }, [aKeptPod("x"), aKeptPod("y"), aKeptPod("z")]);
    expect(told.map(([status]) => status)).toEqual(["READY", "READY", "IN_PROGRESS", "READY"]);
  });
});
