/** What a gateway knows and decides, measured in this process: 10,000 functions, look-ups, alias switches, decisions a second. */
import { urlId } from "../../crds/names.ts";
import { createCatalog } from "../../gateway/catalog/catalog.ts";
import { createPlacerState } from "../../gateway/placer/state.ts";
import { step } from "../../gateway/placer/step.ts";
import { anEnvironment, aTarget, placerOptions, someCaps } from "../../gateway/testing/placer.ts";
import { createSystemRandom } from "../../kernel/random/random.ts";
import { settingsSchema } from "../../kernel/settings/schema.ts";
import { aFunction, anAlias, aRevision } from "../../kernel/testing/objects.ts";

export interface Tables {
  functions: number;
  /** Resident memory they add, with their revisions and URLs, MB. */
  knownMb: number;
  lookupUs: number;
  /** Time until an alias's new version is what is resolved, with as many functions, and with one. */
  switchUs: number;
  switchOfOneUs: number;
  /** Placements and their ends of warm environments that one placer decides in a second. */
  decisionsPerSecond: number;
}

const rounds = 200_000;
const switches = 2_000;
const freedMs = 2_000;

export async function measureTables(functions: number): Promise<Tables> {
  const before = await settledRss();
  const { catalog, urlIds } = known(functions);
  const knownMb = ((await settledRss()) - before) / 2 ** 20;
  const lookupUs = microseconds(rounds, (round) => {
    const found = catalog.byUrlId(urlIds[(round * 7919) % functions] as string);
    if (found?.kind !== "found") throw new Error("a function that is known was not found");
  });
  return {
    functions,
    knownMb,
    lookupUs,
    switchUs: switchOf(catalog),
    switchOfOneUs: switchOf(known(1).catalog),
    decisionsPerSecond: decisions(),
  };
}

/** What is freed goes back to the kernel a moment after the collection; making the objects leaves as much again to be freed. */
async function settledRss(): Promise<number> {
  Bun.gc(true);
  await new Promise((resolve) => setTimeout(resolve, freedMs));
  return process.memoryUsage.rss();
}

function known(functions: number) {
  const settings = settingsSchema.parse({});
  const catalog = createCatalog({ random: createSystemRandom() }, { settings, poolShapeOf: () => "shape" });
  const urlIds: string[] = [];
  for (let index = 0; index < functions; index++) {
    const functionName = `hello-${index}`;
    const revision = `${functionName}-r`;
    for (const [functionVersion, name] of [
      ["$LATEST", revision],
      ["1", `${functionName}-1`],
      ["2", `${functionName}-2`],
    ] as const)
      if (functionVersion === "$LATEST" || index === 0)
        catalog.revisionChanged(`team/${name}`, aRevision({ functionName, functionVersion }, { name }));
    const fn = aFunction(
      { url: { authType: "NONE" } },
      { name: functionName, uid: functionName },
      {
        revision,
        state: "Active",
      },
    );
    catalog.functionChanged(`team/${functionName}`, fn);
    urlIds.push(urlId({ seed: settings.urls.seed, namespace: "team", functionName }));
  }
  return { catalog, urlIds };
}

function switchOf(catalog: ReturnType<typeof createCatalog>): number {
  return microseconds(switches, (round) => {
    const functionVersion = String((round % 2) + 1);
    const routes = [{ functionVersion, revision: `hello-0-${functionVersion}`, weight: 1 }];
    const alias = anAlias({ functionName: "hello-0" }, {}, { functionVersion, routes });
    catalog.aliasChanged("team/hello-0.live", alias);
    const now = catalog.resolve("team", "hello-0", "live");
    if (now.kind !== "found") throw new Error("the alias leads nowhere");
  });
}

function decisions(): number {
  const target = aTarget();
  const caps = someCaps();
  const options = placerOptions({ requestRatePerConcurrency: 1e9, burstMax: 1e9, burstPerMinute: 1e9 });
  const state = createPlacerState(options, 1);
  for (let index = 0; index < 100; index++) {
    const environment = { ...anEnvironment(`e${index}`), as: { kind: "fresh", target } } as const;
    step(state, { type: "joined", environment }, 0);
    step(state, { type: "confirmed", joinedAs: state.nextId }, 0);
    step(state, { type: "initialized", environmentId: environment.id, failed: false }, 0);
  }
  const us = microseconds(rounds, (round) => {
    const want = { id: `w${round}`, from: "us", target, caps, bytes: 100 };
    for (const one of step(state, { type: "want", want }, round)) {
      if (one.type !== "grant") throw new Error(`the placer answered ${one.type}`);
      step(state, { type: "ended", environmentId: one.environmentId, grant: one.grant }, round);
    }
  });
  return 1e6 / us;
}

function microseconds(count: number, act: (round: number) => void): number {
  for (let round = 0; round < count / 10; round++) act(round);
  const startedMs = performance.now();
  for (let round = 0; round < count; round++) act(round);
  return ((performance.now() - startedMs) * 1000) / count;
}
