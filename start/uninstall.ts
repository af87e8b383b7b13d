/** Takes out of a cluster of somebody else's what `npm start` put there, and nothing a person made since. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../program/run.ts";
import { releaseNamespace } from "./names.ts";
import { examples } from "./paths.ts";

export type Left = { crds: "removed" } | { crds: "kept"; because: string[] };

const crdsOfOurs = "app.kubernetes.io/part-of=kambda";
const namedMax = 5;

/** CRDs go only when no object of theirs is left: they would take them along. */
export async function uninstall(env: Record<string, string>, detail: (text: string) => void): Promise<Left> {
  const files = (await readdir(examples)).filter((name) => name.endsWith(".yaml"));
  const kubectl = async (...words: string[]) => (await run("kubectl", words, { env })).stdout.trim();
  const crds = (await kubectl("get", "crds", "-l", crdsOfOurs, "-o", "name")).split("\n").filter(Boolean);
  if (crds.length > 0) {
    detail("examples");
    for (const file of files)
      await kubectl("delete", "-f", join(examples, file), "--ignore-not-found", "--timeout=60s");
  }
  detail("chart");
  await run("helm", ["uninstall", "kambda", "-n", releaseNamespace, "--ignore-not-found", "--wait"], {
    env,
  });
  await kubectl("delete", "namespace", releaseNamespace, "--ignore-not-found");
  const left: string[] = [];
  for (const crd of crds) {
    const kind = crd.slice(crd.indexOf("/") + 1);
    const found = await kubectl("get", kind, "-A", "-o", "name", "--ignore-not-found");
    left.push(...found.split("\n").filter(Boolean));
  }
  if (left.length > 0) return { crds: "kept", because: left.slice(0, namedMax) };
  if (crds.length > 0) await kubectl("delete", ...crds);
  return { crds: "removed" };
}
