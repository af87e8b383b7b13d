/** `bun cluster/main.ts up|down|status|load|forward|lose`: the embedded cluster by hand, for people who work on the project. */
import { parseArgs } from "node:util";
import { ProgramError } from "../program/run.ts";
import { down } from "./embedded/down.ts";
import { forward } from "./embedded/forward.ts";
import { loadImages } from "./embedded/images/load.ts";
import { loseNode } from "./embedded/lose.ts";
import { status } from "./embedded/status.ts";
import { up } from "./embedded/up.ts";
import { ClusterError, type Report } from "./provider.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: "string", default: "kambda" },
    nodes: { type: "string", default: "1" },
  },
});
const started = performance.now();
const report: Report = ({ step, detail }) => {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.error(`${seconds} s  ${step}${detail === undefined ? "" : `: ${detail}`}`);
};

const [verb, ...words] = positionals;
const { name } = values;
const verbs: Record<string, () => Promise<unknown>> = {
  up: () => up({ name, nodes: Number(values.nodes), archives: words }, new Date(), report),
  down: () => down(name, report),
  load: () => loadImages(name, words, report),
  status: async () => status(name),
  lose: async () => Promise.all(words.map((node) => loseNode(name, node))),
  forward: async () => {
    const [listen = "", target = ""] = words;
    await forward(name, listen, target);
  },
};

try {
  const perform = verbs[verb ?? ""];
  if (perform === undefined)
    throw new ClusterError(`usage: bun cluster/main.ts ${Object.keys(verbs).join(" | ")}`);
  const outcome = await perform();
  report({ step: `${verb} is done` });
  if (outcome !== undefined) console.log(JSON.stringify(outcome, null, 2));
} catch (error) {
  if (!(error instanceof ClusterError || error instanceof ProgramError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
