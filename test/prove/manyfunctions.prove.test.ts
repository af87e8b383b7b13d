/** Five hundred functions of mixed runtimes made, invoked, updated, invoked and deleted, in rounds: nothing of them may stay. */
import { expect, test } from "bun:test";
import { installation } from "../support/installation.ts";
import { aFunction, type FunctionManifest } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { until } from "../support/until.ts";

const functionsPerRound = 20;
const rounds = Math.ceil(Number(process.env.KAMBDA_PROVE_FUNCTIONS ?? 500) / functionsPerRound);
const inFlightMax = 4;
const roundMsMax = 600_000;
/** What a gateway may hold more after all rounds than after the first: caches are full by then. */
const growthBytesMax = 48 * 1024 * 1024;
/** Pool pods come and go, a link and a file each. */
const growthFilesMax = 10;

const namespace = testNamespace("prove");

const sources = {
  "nodejs22.x": (answer: number) => ({ "index.mjs": `export const handler = async () => ${answer};` }),
  "nodejs24.x": (answer: number) => ({ "index.mjs": `export const handler = async () => ${answer};` }),
  "python3.11": (answer: number) => ({ "index.py": `def handler(event, context):\n    return ${answer}\n` }),
  "python3.13": (answer: number) => ({ "index.py": `def handler(event, context):\n    return ${answer}\n` }),
};
const runtimes = Object.keys(sources) as (keyof typeof sources)[];

function theFunction(round: number, index: number, answer: number): FunctionManifest {
  const runtime = runtimes[index % runtimes.length] as keyof typeof sources;
  return aFunction(`many-${round}-${index}`, { runtime, code: { inline: sources[runtime](answer) } });
}

test(
  `${rounds * functionsPerRound} functions come, answer, change, answer and go; no pod, Revision, open file, link or memory of them stays`,
  async () => {
    const held: Held[] = [];
    for (let round = 0; round < rounds; round++) {
      const all = Array.from({ length: functionsPerRound }, (_, index) => index);
      await namespace.ready(...all.map((index) => theFunction(round, index, index)));
      await eachAnswers(round, all, (index) => index);
      await namespace.ready(...all.map((index) => theFunction(round, index, index + 1000)));
      await eachAnswers(round, all, (index) => index + 1000);
      await namespace.kubectl("delete", "functions.kambda.dev", "--all", "--timeout=120s");
      await until("their environments and Revisions to be gone", 120, async () => {
        const pods = await namespace.list("pods", "kambda.dev/function");
        return pods.length === 0 && (await namespace.list("revisions.kambda.dev")).length === 0;
      });
      held.push(await gatewayHolds());
    }
    console.log(
      `measured: held by the gateway after the first and the last round: ${JSON.stringify([held[0], held.at(-1)])}`,
    );
    const [first, last] = [held[0] as Held, held.at(-1) as Held];
    expect(last.bytes - first.bytes).toBeLessThan(growthBytesMax);
    expect(last.files - first.files).toBeLessThan(growthFilesMax);
    expect(last.links - first.links).toBeLessThan(growthFilesMax);
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
          return (await namespace.sdk.invoke(name, {})).json<number>() === answerOf(index);
        });
      }
    }),
  );
}

interface Held {
  bytes: number;
  files: number;
  links: number;
}

async function gatewayHolds(): Promise<Held> {
  const text = await (await fetch(`${installation.metrics}/metrics`)).text();
  const value = (name: string) => {
    const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1];
    if (found === undefined) throw new Error(`the gateway tells no ${name}`);
    return Number(found);
  };
  return {
    bytes: value("process_resident_memory_bytes"),
    files: value("process_open_fds"),
    links: value("kambda_links"),
  };
}
