/** A cluster of the test's own, because what it does to an installation would end every other test. */
import { delimiter } from "node:path";
import { down } from "../../../cluster/embedded/down.ts";
import { up } from "../../../cluster/embedded/up.ts";
import { buildImages } from "../../../images/build.ts";
import { type RunOptions, run } from "../../../program/run.ts";

export interface OwnCluster extends AsyncDisposable {
  helm(...words: string[]): Promise<string>;
  /** What helm says when it refuses; rejects when it does not. */
  helmRefused(...words: string[]): Promise<string>;
  kubectl(words: string[], input?: string): Promise<string>;
}

const images = ["kambda", "nats", "supervisor", "runtime-nodejs24.x"];
const commandMsMax = 240_000;

export async function ownCluster(name: string): Promise<OwnCluster> {
  const quiet = () => undefined;
  const { archives } = await buildImages({ only: images, report: quiet });
  const cluster = await up({ name, nodes: 1, archives }, new Date(), quiet);
  const env = {
    KUBECONFIG: cluster.kubeconfigPath,
    PATH: `${cluster.toolsPath}${delimiter}${process.env.PATH ?? ""}`,
  };
  const runHere = (program: string, words: string[], options: RunOptions = {}) =>
    run(program, words, { env, timeoutMs: commandMsMax, ...options });
  return {
    helm: async (...words) => (await runHere("helm", words)).stdout,
    async helmRefused(...words) {
      const { code, stderr } = await runHere("helm", words, { allowed: [0, 1] });
      if (code === 0) throw new Error(`helm ${words.join(" ")} was expected to be refused`);
      return stderr;
    },
    kubectl: async (words, input) =>
      (await runHere("kubectl", words, input === undefined ? {} : { input })).stdout,
    [Symbol.asyncDispose]: () => down(name, quiet),
  };
}
