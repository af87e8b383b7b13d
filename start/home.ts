/** This machine's address on the way to a cluster: pods can answer to it, and policies can name it. */
import { run } from "../program/run.ts";

export async function homeAddress(env: Record<string, string>): Promise<string> {
  const server = await run(
    "kubectl",
    ["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"],
    { env },
  );
  const { stdout } = await run("ip", ["-json", "route", "get", new URL(server.stdout).hostname]);
  const [route] = JSON.parse(stdout) as { prefsrc: string }[];
  if (route === undefined)
    throw new Error(`no route from here to the API server ${server.stdout}: see \`ip route\``);
  return route.prefsrc;
}
