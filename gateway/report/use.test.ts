import { expect, test } from "vitest";
import { parseRevision, type RevisionObject } from "../../crds/revision/schema.ts";
import { createMemoryKube } from "../../kernel/kube/memory/kube.ts";
import { resources } from "../../kernel/kube/resources.ts";
import { createTestClock } from "../../kernel/testing/clock.ts";
import { aRevision } from "../../kernel/testing/objects.ts";
import type { PlacerState } from "../placer/state.ts";
import { reportLimits } from "./limits.ts";
import { createUseReporter } from "./use.ts";

type Some = { kept: boolean; work: { state: "busy" | "idle" | "initialising" } };

const busy: Some = { kept: true, work: { state: "busy" } };
const idle: Some = { kept: true, work: { state: "idle" } };

async function aWorld(names = ["hello-1"]) {
  const kube = createMemoryKube(createTestClock());
  const environments = new Map<string, Some[]>();
  for (const name of names) {
    const { apiVersion, kind, metadata, spec } = aRevision({}, { name, namespace: "team" });
    await kube.create(resources.revisions, { apiVersion, kind, metadata: { name, namespace: "team" }, spec });
    environments.set(`team/${name}`, []);
    expect(metadata.name).toBe(name);
  }
  let writes = 0;
  const known = new Map<string, RevisionObject>();
  const hear = async () => {
    for (const name of names) {
      const raw = await kube.get(resources.revisions, { namespace: "team", name });
      known.set(`team/${name}`, parseRevision(raw));
    }
  };
  await hear();
  const placer = {
    revisions: new Map([...environments.keys()].map((key) => [key, { environments: new Set<Some>() }])),
  };
  const counting: typeof kube = {
    ...kube,
    applyStatus(...words) {
      writes++;
      return kube.applyStatus(...words);
    },
  };
  const reporter = createUseReporter(
    { kube: counting },
    {
      placers: () => [placer as unknown as PlacerState],
      kept: () => new Map(names.map((name) => [`team/${name}`, 1])),
      revision: (key) => known.get(key),
    },
  );
  return {
    reporter,
    hear,
    writes: () => writes,
    look(all: Some[], key = "team/hello-1") {
      const revision = placer.revisions.get(key);
      if (revision !== undefined) revision.environments = new Set(all.map((one) => ({ ...one })));
      reporter.look();
    },
    told: (key = "team/hello-1") => known.get(key)?.status.provisioned,
  };
}

test("tells how much of a revision's provisioned environments was in use on average", async () => {
  const world = await aWorld();
  const other: Some = { kept: false, work: { state: "busy" } };
  const starting: Some = { kept: true, work: { state: "initialising" } };
  for (let look = 0; look < 3; look++) world.look([busy, idle, other, starting]);
  world.look([busy, busy, other, starting]);
  await world.reporter.report();
  await world.hear();
  expect(world.told()).toEqual({ environments: 2, utilizationPercent: 63 });
});

test("one that is always in use is one in use, however many have just come beside it", async () => {
  const world = await aWorld();
  for (let look = 0; look < 3; look++) world.look([busy]);
  world.look([busy, idle]);
  await world.reporter.report();
  await world.hear();
  expect(world.told()).toEqual({ environments: 2, utilizationPercent: 50 });
});

test("writes again only what is another step, and that it is idle", async () => {
  const world = await aWorld();
  for (const [used, writes] of [
    [[busy, idle], 1],
    [[busy, idle], 1],
    [[idle, idle], 2],
    [[idle, idle], 2],
  ] as const) {
    world.look([...used]);
    await world.reporter.report();
    await world.hear();
    expect(world.writes()).toBe(writes);
  }
  expect(world.told()).toEqual({ environments: 2, utilizationPercent: 0 });
});

test("writes a bounded number at a time, and the others next", async () => {
  const names = Array.from({ length: reportLimits.useToldMax + 5 }, (_, index) => `hello-${index}`);
  const world = await aWorld(names);
  for (const name of names) world.look([busy], `team/${name}`);
  await world.reporter.report();
  expect(world.writes()).toBe(reportLimits.useToldMax);
  await world.hear();
  await world.reporter.report();
  expect(world.writes()).toBe(names.length);
});
