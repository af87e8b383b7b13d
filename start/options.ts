/** The words after `npm start --`; a wrong one is answered with the right ones. */
import { parseArgs } from "node:util";
import { chooseRuntimes } from "./runtimes.ts";

export interface Options {
  /** `embedded` is the cluster of cluster/; `kind` makes one where Docker is; `context` uses one of the kubeconfig. */
  provider: { kind: "embedded"; nodes: number } | { kind: "kind" } | { kind: "context"; context: string };
  /** Several may run side by side, each under its own name. */
  name: string;
  /** Test or bench names to run, all when empty. */
  only: string[];
  /** Names of the runtimes whose images are built. */
  runtimes: readonly string[];
}

const nodesMax = 5;

export function parseOptions(words: string[]): Options {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      context: { type: "string" },
      cluster: { type: "string", default: "embedded" },
      nodes: { type: "string", default: "1" },
      name: { type: "string", default: "kambda" },
      runtimes: { type: "string", default: "" },
    },
  });
  if (!/^[a-z][a-z0-9-]{0,20}$/.test(values.name)) {
    throw new Error(
      `--name ${values.name}: lower-case letters, digits and dashes, at most 21, a letter first`,
    );
  }
  const nodes = Number(values.nodes);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > nodesMax) {
    throw new Error(`--nodes ${values.nodes}: a whole number from 1 to ${nodesMax}`);
  }
  return {
    provider: provider(values.context, values.cluster, nodes),
    name: values.name,
    only: positionals,
    runtimes: chooseRuntimes(values.runtimes),
  };
}

function provider(context: string | undefined, cluster: string, nodes: number): Options["provider"] {
  if (context !== undefined) return { kind: "context", context };
  switch (cluster) {
    case "embedded":
      return { kind: "embedded", nodes };
    case "kind":
      return { kind: "kind" };
    default:
      throw new Error(`--cluster ${cluster}: embedded or kind (or --context NAME for a cluster you have)`);
  }
}
