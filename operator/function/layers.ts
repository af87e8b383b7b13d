/**
 * The layers a Function names, resolved to archives. One whose LayerVersion was deleted is still what the serving Revision says
 * of it, as with Lambda: what runs goes on, and only a function that newly names it is refused.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { LayerVersionObject } from "../../crds/layerversion/schema.ts";
import { limits } from "../../crds/limits.ts";
import { accountIdOf, layerVersionArn } from "../../crds/names.ts";
import type { RevisionObject, RevisionSpec } from "../../crds/revision/schema.ts";
import { oldestOf } from "../../kernel/kube/elder.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Problem } from "./problem.ts";

export type Layer = NonNullable<RevisionSpec["layers"]>[number];

export type Layers = { layers: readonly Layer[] } | { problem: Problem };

export interface LayersInput {
  function: FunctionObject;
  serving: RevisionObject | undefined;
  /** Of the namespace. */
  known: readonly LayerVersionObject[];
}

export function resolveLayers(input: LayersInput, settings: Settings): Layers {
  const { namespace } = input.function.metadata;
  const layers: Layer[] = [];
  for (const name of input.function.spec.layers ?? []) {
    const arn = arnOf(name, namespace, settings);
    const claimants = input.known.filter(({ status }) => status.layerVersionArn === arn);
    const served = input.serving?.spec.layers?.find((one) => one.arn === arn);
    // Claimed twice (a status put back from a backup): what runs stays what it is.
    const found = claimants.length > 1 ? (served ?? current(claimants)) : (current(claimants) ?? served);
    if (found === undefined) return { problem: missing(name, namespace) };
    layers.push(found);
  }
  return { layers };
}

/** Lambda counts the layers with the code. */
export function sizeProblem(unpackedBytes: number, layers: readonly Layer[]): Problem | undefined {
  const total = layers.reduce((sum, layer) => sum + (layer.unpackedBytes ?? 0), unpackedBytes);
  if (layers.length === 0 || total <= limits.unzippedBytesMax) return undefined;
  const message = `Code and layers have ${total} bytes unpacked; ${limits.unzippedBytesMax} are allowed: use fewer or smaller layers.`;
  return { reasonCode: "CodeStorageExceeded", message, passing: false };
}

/** `name:number` is of this namespace's own account. */
function arnOf(name: string, namespace: string, { account }: Settings): string {
  if (name.startsWith("arn:")) return name;
  const [layerName = "", version = ""] = name.split(":");
  const accountId = accountIdOf(namespace, account.ids);
  return layerVersionArn({ region: account.region, accountId, layerName, version });
}

function current(claimants: readonly LayerVersionObject[]): Layer | undefined {
  const { status } = oldestOf(claimants) ?? {};
  const { layerVersionArn: arn, archiveSha256, archiveBytes, codeSize, unpackedBytes } = status ?? {};
  if (
    arn === undefined ||
    archiveSha256 === undefined ||
    archiveBytes === undefined ||
    codeSize === undefined
  )
    return undefined;
  return {
    arn,
    archiveSha256,
    archiveBytes,
    codeSize,
    ...(unpackedBytes === undefined ? {} : { unpackedBytes }),
  };
}

function missing(name: string, namespace: string): Problem {
  const message = `Layer version ${name} does not exist in namespace ${namespace}, but spec.layers names it: publish it as a LayerVersion, or change spec.layers.`;
  return { reasonCode: "InvalidConfiguration", message, passing: true };
}
