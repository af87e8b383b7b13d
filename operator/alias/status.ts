/** `Alias.status`, purely: where invocations go now. A spec that cannot be followed leaves them where they go. */

import type { AliasStatus } from "../../crds/alias/schema.ts";
import { conditionTypes, withCondition } from "../../crds/conditions.ts";
import { canonicalHash, type Json } from "../../crds/hash.ts";
import { accountIdOf, functionArn, urlId } from "../../crds/names.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import { revisionIdOf } from "../function/revisionid.ts";
import { urlOf } from "../function/url.ts";
import { withoutAbsent } from "../plan.ts";
import type { AliasObserved } from "./observed.ts";
import type { Routed } from "./rollout.ts";
import type { Route } from "./route.ts";

export function statusOf(observed: AliasObserved, routed: Routed, settings: Settings): AliasStatus {
  const { alias } = observed;
  const { metadata, spec, status: before } = alias;
  const { generation, namespace } = metadata;
  const now = instantOf(observed.nowMs);
  const { functionName, name: qualifier } = spec;
  const accountId = accountIdOf(namespace, settings.account.ids);
  const { functionVersion, routes, rollout } = routed.kind === "routed" ? routed : before;
  const status = {
    observedGeneration: generation,
    aliasArn: functionArn({ region: settings.account.region, accountId, functionName, qualifier }),
    functionVersion,
    routes,
    revisionId: revisionIdOf([metadata.uid, generation, canonicalHash((routes ?? null) as Json)]),
    ...urlFields(observed, settings),
    provisionedConcurrency: observed.provisioned,
    provisionedConcurrencyScaling: observed.scaling,
    rollout,
    conditions: withCondition(
      before.conditions,
      { type: conditionTypes.Ready, observedGeneration: generation, ...readiness(routed, routes) },
      now,
    ),
  };
  return withoutAbsent<AliasStatus>(status);
}

function urlFields({ alias, elder }: AliasObserved, settings: Settings) {
  if (alias.spec.url === undefined || elder !== undefined) return {};
  const { functionName, name: qualifier } = alias.spec;
  const { namespace } = alias.metadata;
  const id = urlId({ seed: settings.urls.seed, namespace, functionName, qualifier });
  return { urlId: id, url: urlOf(id, settings) };
}

function readiness(routed: Routed, routes: readonly Route[] | undefined) {
  const go = routes === undefined ? "" : sentenceOf(routes);
  if (routed.kind === "problem") {
    const { reason, message } = routed.problem;
    const kept = go === "" ? "" : ` Until then: ${go}`;
    return { status: "False", reason, message: `${message}${kept}` } as const;
  }
  const { rollout, functionVersion, target } = routed;
  if (rollout?.phase === "RolledBack" && rollout.toVersion === target && target !== functionVersion) {
    const message = `The rollout of version ${rollout.toVersion} was taken back: ${rollout.message ?? ""} ${go}`;
    return { status: "False", reason: "RolledBack", message } as const;
  }
  const reason = rollout?.phase === "Progressing" ? "Progressing" : "Routed";
  return { status: "True", reason, message: go } as const;
}

/** `Invocations go to version 1 (90 %) and version 2 (10 %).` */
export function sentenceOf(routes: readonly Route[]): string {
  const shares = routes.map(({ functionVersion, weight }) => {
    const name = functionVersion.startsWith("$") ? functionVersion : `version ${functionVersion}`;
    return routes.length === 1 ? name : `${name} (${Math.round(weight * 10_000) / 100} %)`;
  });
  return `Invocations go to ${shares.join(" and ")}.`;
}
