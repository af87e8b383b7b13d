/** The part of a person's kubeconfig that one context needs. */
import { run } from "../../program/run.ts";
import { unpackTools } from "../embedded/tools.ts";
import { ClusterError, type Report } from "../provider.ts";

/** YAML with the credentials in it. Throws with the contexts there are when this is none of them. */
export async function readContext(context: string, report: Report): Promise<string> {
  const kubectl = `${await unpackTools(report)}/kubectl`;
  const known = await run(kubectl, ["config", "view", "--minify", "--flatten", "--context", context], {
    allowed: "any",
  });
  if (known.code === 0) return known.stdout;
  const listed = await run(kubectl, ["config", "get-contexts", "--output", "name"], { allowed: "any" });
  const contexts = listed.stdout.trim();
  const named = contexts === "" ? "it has none" : `it has ${contexts.split("\n").join(", ")}`;
  throw new ClusterError(
    `the kubeconfig has no context "${context}" (${named}): name one of them, or set KUBECONFIG`,
  );
}
