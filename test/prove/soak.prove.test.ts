/** Twenty minutes of steady invocations: none fails, and neither the gateway nor a supervisor holds more at the end than when warm. */
import { expect, test } from "bun:test";
import { figuresOf } from "../bench/processes.ts";
import { installation } from "../support/installation.ts";
import { list } from "../support/kubectl.ts";
import { aFunction } from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { processesOf } from "../support/processes.ts";
import { pause } from "../support/until.ts";

const minutes = Number(process.env.KAMBDA_SOAK_MINUTES ?? 20);
const callersPerFunction = 2;
const samples = 40;
/** Between the second quarter, when caches are full and code is compiled, and the last. */
const growthMax = { ratio: 1.1, mb: 4 };
const event = { padding: "x".repeat(1024) };
const namespace = testNamespace("soak", (made) =>
  made.ready(
    aFunction("soak-node", {
      runtime: "nodejs24.x",
      code: { inline: { "index.mjs": "export const handler = async (event) => event.padding.length;" } },
    }),
    aFunction("soak-python", {
      runtime: "python3.13",
      code: { inline: { "index.py": "def handler(event, context):\n    return len(event['padding'])\n" } },
    }),
  ),
);
const functions = ["soak-node", "soak-python"];

test(
  `${minutes} minutes of invocations: all answered, memory flat`,
  async () => {
    const errors: string[] = [];
    let served = 0;
    let going = true;
    const callers = functions.flatMap((name) =>
      Array.from({ length: callersPerFunction }, async () => {
        while (going) {
          await namespace.sdk.invoke(name, event).then(
            (answer) =>
              answer.json<number>() === event.padding.length ? served++ : errors.push(answer.text),
            (error: Error) => errors.push(String(error)),
          );
          if (errors.length > 0) await pause(1000);
        }
      }),
    );
    const held: { gateway: number; supervisor: number }[] = [];
    for (let sample = 0; sample < samples; sample++) {
      await pause((minutes * 60_000) / samples);
      held.push({ gateway: await gatewayMb(), supervisor: await supervisorMb() });
    }
    going = false;
    await Promise.all(callers);
    expect(errors).toEqual([]);
    const figures = (["gateway", "supervisor"] as const).map((what) => {
      const [warm, last] = [quarter(held, 1), quarter(held, 3)].map((part) =>
        median(part.map((one) => one[what])),
      );
      return { what, warmMb: warm ?? Number.NaN, lastMb: last ?? Number.NaN };
    });
    console.log(`measured: soak: ${served} invocations in ${minutes} minutes; ${JSON.stringify(figures)}`);
    for (const { what, warmMb, lastMb } of figures)
      expect({ what, lastMb, isFlat: lastMb <= warmMb * growthMax.ratio + growthMax.mb }).toMatchObject({
        isFlat: true,
      });
  },
  minutes * 60_000 + 300_000,
);

async function gatewayMb(): Promise<number> {
  const [pod] = await list("pods", installation.namespace, "app.kubernetes.io/component=gateway");
  return await privateMb(pod?.metadata.uid, "gateway/main");
}

/** Of the longest lived environment: the others may have come with a late burst. */
async function supervisorMb(): Promise<number> {
  const pods = (await namespace.environmentsOf("soak-node")).filter(
    ({ status }) => (status as { phase?: string }).phase === "Running",
  );
  const age = (pod: (typeof pods)[number]) => pod.metadata.creationTimestamp ?? "";
  const [oldest] = pods.sort((a, b) => age(a).localeCompare(age(b)));
  return await privateMb(oldest?.metadata.uid, "/kambda/supervisor/");
}

async function privateMb(podUid: string | undefined, commandLine: string): Promise<number> {
  const found = (await processesOf(podUid ?? "none")).find((one) => one.commandLine.includes(commandLine));
  if (found === undefined) throw new Error(`no process of ${commandLine} in pod ${podUid} on this machine`);
  return (await figuresOf(found.pid)).privateMb;
}

function quarter<T>(all: readonly T[], which: number): T[] {
  return all.slice((all.length * which) / 4, (all.length * (which + 1)) / 4);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
