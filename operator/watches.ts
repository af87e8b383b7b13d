/** What the operator watches: Functions, Revisions and environment pods, each parsed at the border. */

import { type FunctionObject, parseFunction } from "../crds/function/schema.ts";
import { components, labels } from "../crds/labels.ts";
import { parseRevision, type RevisionObject } from "../crds/revision/schema.ts";
import { resources } from "../kernel/kube/resources.ts";
import { createReflector, type Reflector, type ReflectorDeps } from "../kernel/reflector/reflector.ts";
import { type PodView, podSchema } from "./pod/view.ts";

export interface Watches {
  functions: Reflector<FunctionObject>;
  revisions: Reflector<RevisionObject>;
  pods: Reflector<PodView>;
}

export function createWatches(deps: ReflectorDeps): Watches {
  return {
    functions: createReflector(deps, {
      resource: resources.functions,
      selection: {},
      parse: orError(parseFunction),
      name: "functions",
    }),
    revisions: createReflector(deps, {
      resource: resources.revisions,
      selection: {},
      parse: orError(parseRevision),
      name: "revisions",
    }),
    pods: createReflector(deps, {
      resource: resources.pods,
      selection: { labelSelector: `${labels.component}=${components.environment}` },
      parse: orError((raw) => podSchema.parse(raw)),
      name: "pods",
    }),
  };
}

/** A watch goes on past an object that makes no sense. */
function orError<T>(parse: (raw: unknown) => T): (raw: unknown) => T | Error {
  return (raw) => {
    try {
      return parse(raw);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}
