/**
 * Whether the installation backs the network profile a Function names, purely. A profile is no more than a label that NetworkPolicies
 * select: behind one that nobody knows, a mistyped one say, there is none, and its environments would reach everything.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Problem } from "./problem.ts";

export function networkProblem(
  { vpc }: Pick<FunctionObject["spec"], "vpc">,
  { environments: { networkProfiles } }: Pick<Settings, "environments">,
): Problem | undefined {
  const profile = vpc?.profile;
  if (profile === undefined || networkProfiles.includes(profile)) return undefined;
  const known =
    networkProfiles.length === 0
      ? "this installation has none"
      : `this installation has ${networkProfiles.join(", ")}`;
  const message = `spec.vpc.profile: there is no network profile ${profile}: ${known} (settings.environments.networkProfiles).`;
  return { reasonCode: "InvalidConfiguration", message, passing: false };
}
