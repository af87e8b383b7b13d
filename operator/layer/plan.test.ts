import { describe, expect, test } from "vitest";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aLayerVersion } from "../../kernel/testing/objects.ts";
import { noVersion } from "../version/record.ts";
import type { LayerObserved } from "./observed.ts";
import { type Action, passingMs, plan } from "./plan.ts";

const settings = settingsSchema.parse({});
const content = {
  archiveSha256: "c".repeat(64),
  archiveBytes: 10,
  unpackedBytes: 20,
  codeSha256: `${"A".repeat(43)}=`,
  codeSize: 30,
};

function observed(over: Partial<LayerObserved> = {}): LayerObserved {
  return {
    layer: aLayerVersion(),
    contentKnowledge: { state: "unknown" },
    isStored: false,
    record: { last: noVersion, resourceVersion: undefined },
    nowMs: Date.UTC(2026, 0, 1),
    ...over,
  };
}

/** The world after the actions; fetching succeeds. */
function carriedOut(of: LayerObserved, actions: readonly Action[]): LayerObserved {
  let next = of;
  for (const action of actions) {
    switch (action.action) {
      case "acquireContent":
        next = { ...next, contentKnowledge: { state: "known", content } };
        break;
      case "recordLast":
        next = { ...next, record: { ...next.record, last: action.last } };
        break;
      case "writeStatus":
        next = {
          ...next,
          layer: { ...next.layer, status: action.status },
          isStored: action.status.archiveSha256 !== undefined,
        };
        break;
      case "forget":
        next = { ...next, contentKnowledge: { state: "unknown" } };
        break;
      case "tell":
        break;
    }
  }
  return next;
}

function settled(of: LayerObserved): LayerObserved {
  let next = of;
  for (let round = 0; round < 5; round++) {
    const { actions } = plan(next, settings);
    if (actions.length === 0) return next;
    next = carriedOut(next, actions);
  }
  throw new Error("no fixed point");
}

const verbs = (of: LayerObserved) => plan(of, settings).actions.map(({ action }) => action);

describe("a layer version", () => {
  test("is fetched, then numbered, then Active with its ARN and hashes", () => {
    const { layer, record } = settled(observed());
    expect(layer.status).toMatchObject({
      ...content,
      state: "Active",
      version: "1",
      layerVersionArn: expect.stringMatching(/^arn:aws:lambda:[^:]+:\d{12}:layer:lib:1$/),
      createdDate: "2026-01-01T00:00:00Z",
    });
    expect(record.last).toEqual({ number: 1, revision: "layer-1", isDeleted: false });
  });

  test("says that it is Pending before anything is fetched", () => {
    const { actions } = plan(observed(), settings);
    expect(actions.map(({ action }) => action)).toEqual(["writeStatus", "acquireContent"]);
    expect(actions[0]).toMatchObject({ status: { state: "Pending", stateReasonCode: "Creating" } });
  });

  test("gets the number after the last ever given, also where that one was deleted", () => {
    const last = { number: 7, revision: "another", isDeleted: false };
    const { layer } = settled(observed({ record: { last, resourceVersion: "1" } }));
    expect(layer.status.version).toBe("8");
  });

  test("gets the number written down for it, when an earlier try ended before its status", () => {
    const last = { number: 7, revision: "layer-1", isDeleted: false };
    const of = observed({
      record: { last, resourceVersion: "1" },
      contentKnowledge: { state: "known", content },
    });
    expect(verbs(of)).not.toContain("recordLast");
    expect(settled(of).layer.status.version).toBe("7");
  });

  test("waits with a sentence while the record has no room for its name", () => {
    const of = observed({
      record: { last: noVersion, resourceVersion: "1", isFull: true },
      contentKnowledge: { state: "known", content },
    });
    const { layer } = settled(of);
    expect(layer.status).toMatchObject({ state: "Failed", stateReason: expect.stringContaining("is full") });
    expect(layer.status.version).toBeUndefined();
    expect(plan(of, settings).again).toEqual({ again: "after", ms: passingMs });
  });

  test("never changes once it is numbered, whatever is learned", () => {
    const done = settled(observed());
    const other = { ...content, archiveSha256: "d".repeat(64) };
    const learned = { ...done, contentKnowledge: { state: "known", content: other } } as const;
    expect(verbs(learned)).toEqual(["forget"]);
    expect(verbs(done)).toEqual([]);
  });

  test("whose archive the store lost is fetched again, once", () => {
    const lost = { ...settled(observed()), isStored: false };
    expect(verbs(lost)).toEqual(["acquireContent"]);
    expect(verbs({ ...lost, contentKnowledge: { state: "known", content } })).toEqual([]);
  });

  test("that cannot be had is Failed with a sentence, has no number, and is tried again when that may help", () => {
    const refused = (passing: boolean) =>
      observed({
        contentKnowledge: {
          state: "refused",
          problem: { reasonCode: "SourceNotFound", message: "No such ConfigMap.", passing },
        },
      });
    const { layer, record } = settled(refused(true));
    expect(layer.status).toMatchObject({ state: "Failed", stateReason: "No such ConfigMap." });
    expect(layer.status.version).toBeUndefined();
    expect(record.last).toEqual(noVersion);
    expect(plan(refused(true), settings).again).toEqual({ again: "after", ms: passingMs });
    expect(plan(refused(false), settings).again).toEqual({ again: "round" });
  });
});
