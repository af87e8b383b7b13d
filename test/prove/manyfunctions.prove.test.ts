/** Five hundred functions of mixed runtimes, Go in images of its own among them, made, invoked, updated, invoked and deleted, in rounds: nothing of them may stay. */
import { expect, test } from "bun:test";
import { version } from "../../package.json";
import { forward } from "../support/forward.ts";
import { installation } from "../support/installation.ts";
import { aFunction, type FunctionManifest } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import type { Invocation } from "../support/sdk.ts";
import { until } from "../support/until.ts";

const functionsPerRound = 20;
/** Of which the first quarter fills caches. */
const roundsMin = 4;
const rounds = Math.max(
  roundsMin,
  Math.ceil(Number(process.env.KAMBDA_PROVE_FUNCTIONS ?? 500) / functionsPerRound),
);
const inFlightMax = 4;
const roundMsMax = 600_000;
/** Between the second quarter of the rounds, when caches are full and code is compiled, and the last: a process, as many rounds later. */
const growthMax = { ratio: 1.1, bytes: 8 * 1024 * 1024, files: 3 };

const namespace = testNamespace("prove");

const inline = (runtime: string, file: string, source: (answer: number) => string) => ({
  spec: (answer: number) => ({ runtime, code: { inline: { [file]: source(answer) } } }),
  answer: (invocation: Invocation) => invocation.json<number>(),
});
const node = (answer: number) => `export const handler = async () => ${answer};`;
const python = (answer: number) => `def handler(event, context):\n    return ${answer}\n`;
/** A program on aws-lambda-go, which shows its variables. */
const image = {
  spec: (answer: number) => ({
    runtime: undefined,
    handler: undefined,
    code: { imageUri: `kambda/test-go-scratch:${version}` },
    imageConfig: { entryPoint: ["/app/bootstrap"] },
    environment: { variables: { ANSWER: String(answer) } },
  }),
  answer: (invocation: Invocation) =>
    Number(invocation.json<{ variables: { ANSWER: string } }>().variables.ANSWER),
};
const kinds = [
  inline("nodejs22.x", "index.mjs", node),
  inline("nodejs24.x", "index.mjs", node),
  inline("python3.11", "index.py", python),
  inline("python3.13", "index.py", python),
  image,
];
const kindOf = (index: number) => kinds[index % kinds.length] as (typeof kinds)[number];

function theFunction(round: number, index: number, answer: number): FunctionManifest {
  const made = aFunction(`many-${round}-${index}`);
  return { ...made, spec: { ...made.spec, ...kindOf(index).spec(answer) } as FunctionManifest["spec"] };
}

test(
  `${rounds * functionsPerRound} functions come, answer, change, answer and go; no pod, Revision, open file, link or memory of them stays`,
  async () => {
    const held: { gateway: Held; operator: Held }[] = [];
    for (let round = 0; round < rounds; round++) {
      const all = Array.from({ length: functionsPerRound }, (_, index) => index);
      await namespace.ready(...all.map((index) => theFunction(round, index, index)));
      await eachAnswers(round, all, (index) => index);
      await namespace.ready(...all.map((index) => theFunction(round, index, index + 1000)));
      await eachAnswers(round, all, (index) => index + 1000);
      await namespace.kubectl("delete", "functions.kambda.dev", "--all", "--timeout=120s");
      // Of no shape is anything in use any more, so pools are emptied too.
      await until("their environments, pools, Revisions and links to be gone", 120, async () => {
        const pods = await namespace.list("pods", "kambda.dev/component=environment");
        const revisions = await namespace.list("revisions.kambda.dev");
        return pods.length + revisions.length + (await links()) === 0;
      });
      held.push({ gateway: await holds(installation.metrics), operator: await operatorHolds() });
    }
    for (const process of ["gateway", "operator"] as const) {
      const [warm, last] = [1, 3].map((which) =>
        medians(
          quarter(
            held.map((one) => one[process]),
            which,
          ),
        ),
      );
      console.log(
        `measured: held by the ${process} in the second quarter of ${rounds} rounds and in the last: ${JSON.stringify([warm, last])}`,
      );
      expect(last?.bytes).toBeLessThanOrEqual((warm?.bytes ?? 0) * growthMax.ratio + growthMax.bytes);
      expect(last?.files).toBeLessThanOrEqual((warm?.files ?? 0) + growthMax.files);
    }
  },
  rounds * roundMsMax,
);

async function eachAnswers(round: number, all: number[], answerOf: (index: number) => number): Promise<void> {
  const left = [...all];
  await Promise.all(
    Array.from({ length: inFlightMax }, async () => {
      for (let index = left.pop(); index !== undefined; index = left.pop()) {
        // An update is served a watch event after it is Active.
        const name = `many-${round}-${index}`;
        await until(`${name} to answer ${answerOf(index)}`, 60, async () => {
          return kindOf(index).answer(await namespace.sdk.invoke(name, {})) === answerOf(index);
        });
      }
    }),
  );
}

interface Held {
  bytes: number;
  files: number;
}

async function holds(address: string): Promise<Held> {
  const value = await metricsOf(address);
  return { bytes: value("process_resident_memory_bytes"), files: value("process_open_fds") };
}

async function operatorHolds(): Promise<Held> {
  await using metrics = await forward(installation.namespace, "kambda-operator-metrics", 9090);
  return await holds(`http://${metrics.address}`);
}

const links = async () => (await metricsOf(installation.metrics))("kambda_links");

async function metricsOf(address: string): Promise<(name: string) => number> {
  const text = await (await fetch(`${address}/metrics`)).text();
  return (name) => {
    const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1];
    if (found === undefined) throw new Error(`${address} tells no ${name}`);
    return Number(found);
  };
}

function quarter<T>(all: readonly T[], which: number): T[] {
  return all.slice((all.length * which) / 4, (all.length * (which + 1)) / 4);
}

function medians(all: readonly Held[]): Held {
  const median = (values: number[]) =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
  return { bytes: median(all.map(({ bytes }) => bytes)), files: median(all.map(({ files }) => files)) };
}
