/** One function (or version) ready to be invoked: everything the invoke path needs, made once when an object changes. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { latestVersion } from "../../crds/labels.ts";
import { accountIdOf, functionArn, functionNameOf } from "../../crds/names.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Caps, Target } from "../placer/state.ts";

export interface Callable {
  namespace: string;
  functionName: string;
  /** What X-Amz-Executed-Version says. */
  functionVersion: string;
  /** Unqualified; the invoke path adds what was asked for. */
  arn: string;
  region: string;
  accountId: string;
  timeoutMs: number;
  memorySizeMb: number;
  revision: RevisionObject;
  target: Target;
  caps: Caps;
  /** The function object's own name and uid: where conditions and Events go. */
  object: { name: string; uid: string };
  url: FunctionObject["spec"]["url"];
  /** The alias it was drawn for. */
  qualifier?: string;
}

export interface CallableParts {
  fn: FunctionObject;
  revision: RevisionObject;
  poolShape: string | undefined;
  caps: Caps;
  settings: Settings;
}

export function buildCallable({ fn, revision, poolShape, caps, settings }: CallableParts): Callable {
  const { namespace } = fn.metadata;
  const functionName = functionNameOf(fn);
  const accountId = accountIdOf(namespace, settings.account.ids);
  const { region } = settings.account;
  const { functionVersion } = revision.spec;
  return {
    namespace,
    functionName,
    functionVersion,
    arn: functionArn({ region, accountId, functionName }),
    region,
    accountId,
    timeoutMs: revision.spec.timeout * 1000,
    memorySizeMb: revision.spec.memorySize,
    revision,
    target: {
      key: `${namespace}/${revision.metadata.name}`,
      functionKey: `${namespace}/${functionName}`,
      namespace,
      poolShape,
    },
    caps,
    object: { name: fn.metadata.name, uid: fn.metadata.uid },
    url: functionVersion === latestVersion ? fn.spec.url : undefined,
  };
}
