/** Brings the programs a build needs from Debian's packages, where that is possible, and says what to do where it is not. */
import { run } from "../../program/run.ts";
import { programPath } from "./machine.ts";
import type { Report, Workspace } from "./workspace.ts";

/** `programs`: the package that has it, by program. */
export async function requirePrograms(
  programs: Readonly<Record<string, string>>,
  { env }: Pick<Workspace, "env">,
  report: Report,
): Promise<void> {
  const isMissing = (program: string): boolean => programPath(program, env) === undefined;
  const packages = Object.entries(programs).flatMap(([program, name]) => (isMissing(program) ? [name] : []));
  if (packages.length === 0) return;
  const install = ["install", "--yes", "--quiet", "--no-install-recommends", ...new Set(packages)];
  if (process.getuid?.() !== 0 || isMissing("apt-get")) {
    throw new Error(`Missing here: ${packages.join(", ")}. On Debian, as root: apt-get ${install.join(" ")}`);
  }
  report(`installing Debian packages: ${packages.join(", ")}`);
  const quiet = { env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "--quiet"], quiet);
  await run("apt-get", install, quiet);
}
