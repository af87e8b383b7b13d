/** The words after `npm start --`; a wrong one is answered with the right ones. */
import { parseArgs } from "node:util";
import { chooseRuntimes } from "./runtimes.ts";

export interface Options {
  /** `embedded` is the cluster of cluster/; `kind` makes one where Docker is; `context` uses one of the kubeconfig. */
  provider: { kind: "embedded"; nodes: number } | { kind: "kind" } | Context;
  /** Several may run side by side, each under its own name. */
  name: string;
  /** Test or bench names to run, all when empty. */
  only: string[];
  /** Names of the runtimes whose images are built. */
  runtimes: readonly string[];
}

export interface Context {
  kind: "context";
  context: string;
  /** Where images are pushed, and pulled from by the cluster's nodes; undefined where they can be loaded directly. */
  registry: string | undefined;
}

/** What is told to whoever asks, or writes something else. */
export const usage = `options:
  --name NAME          a cluster of its own beside others (kambda)
  --nodes N            its nodes, 1 to 5 (1)
  --runtimes A,B|all   runtimes whose images are built besides the usual ones
  --context NAME       a cluster of your kubeconfig instead; --registry PREFIX: where its images go
  --cluster kind       one made by kind, where Docker is`;

const nodesMax = 5;
const nameCharsMax = 21;

export function parseOptions(words: string[]): Options {
  const { values, positionals } = read(words);
  const name = values.name ?? (values.context === undefined ? "kambda" : nameOf(values.context));
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(name)) {
    throw new Error(`--name ${name}: lower-case letters, digits and dashes, at most 21, a letter first`);
  }
  const nodes = Number(values.nodes);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > nodesMax) {
    throw new Error(`--nodes ${values.nodes}: a whole number from 1 to ${nodesMax}`);
  }
  if (values.registry !== undefined && values.context === undefined)
    throw new Error("--registry is for --context NAME: other clusters have their images loaded directly");
  return {
    provider:
      values.context === undefined
        ? made(values.cluster, nodes)
        : { kind: "context", context: values.context, registry: values.registry },
    name,
    only: positionals,
    runtimes: chooseRuntimes(values.runtimes),
  };
}

/** npm keeps options that come before a lone `--` to itself: `npm stop --name other` would stop the cluster kambda. */
export function refuseKept(verb: string, env: Readonly<Record<string, string | undefined>>): void {
  for (const option of ["name", "nodes", "runtimes", "context", "cluster"]) {
    const value = env[`npm_config_${option}`];
    if (value === undefined) continue;
    const words = value === "true" ? `--${option} …` : `--${option} ${value}`;
    throw new Error(`npm kept ${words} to itself: say npm ${verb} -- ${words}`);
  }
}

/** Of verbs that have no parts. */
export function refuseWords(verb: string, { only: [word] }: Pick<Options, "only">): void {
  if (word !== undefined) throw new Error(`npm ${verb}: "${word}" is no option\n${usage}`);
}

function read(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        context: { type: "string" },
        cluster: { type: "string", default: "embedded" },
        nodes: { type: "string", default: "1" },
        registry: { type: "string" },
        name: { type: "string" },
        runtimes: { type: "string", default: "" },
      },
    });
  } catch (error) {
    // Its first sentence names the option; what follows is about positional arguments.
    const [sentence = ""] = String(error instanceof Error ? error.message : error).split(". ");
    throw new Error(`${sentence}\n${usage}`);
  }
}

/** What is kept of a context's installation must not be taken for that of a cluster we made. */
function nameOf(context: string): string {
  const plain = context.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `on-${plain}`.slice(0, nameCharsMax).replace(/-+$/, "");
}

function made(cluster: string, nodes: number): Options["provider"] {
  switch (cluster) {
    case "embedded":
      return { kind: "embedded", nodes };
    case "kind":
      return { kind: "kind" };
    default:
      throw new Error(`--cluster ${cluster}: embedded or kind (or --context NAME for a cluster you have)`);
  }
}
