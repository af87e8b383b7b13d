/** Which function a call names: name, partial or full ARN, with a qualifier in either of two places. */
import { functionNotFound, LambdaError } from "../../crds/errors.ts";
import { accountIdOf, functionArn, parseFunctionReference } from "../../crds/names.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import type { Settings } from "../../kernel/settings/schema.ts";
import type { Callable } from "../catalog/callable.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { settle } from "../catalog/settle.ts";
import { notReady } from "../invoke/answer.ts";
import type { AliasDraw } from "../placer/state.ts";
import { assertNamesNamespace } from "./caller.ts";

export interface CallTarget {
  callable: Callable;
  draw: AliasDraw | undefined;
  /** As invoked: an unqualified call has no suffix. */
  invokedFunctionArn: string;
}

/** Throws LambdaError as Lambda would answer. `reference` is the path's segment, decoded. */
export async function findTarget(
  { catalog, settings, clock }: ClockDep & { catalog: Catalog; settings: Settings },
  call: { reference: string; qualifier: string | undefined; callerNamespace: string },
): Promise<CallTarget> {
  const parsed = parseFunctionReference(call.reference);
  if (parsed.kind === "invalid") throw new LambdaError("ValidationException", parsed.message);
  const { functionName, qualifier: inName, accountId, region } = parsed.reference;
  const qualifier = joinQualifiers(inName, call.qualifier);
  const { region: here, ids } = settings.account;
  if (region !== undefined && region !== here) {
    const message = `Functions from '${region}' are not reachable in this region ('${here}')`;
    throw new LambdaError("ResourceNotFoundException", message);
  }
  if (accountId === undefined) assertNamesNamespace(call.callerNamespace);
  const account = accountId ?? accountIdOf(call.callerNamespace, ids);
  const namespace = accountId === undefined ? call.callerNamespace : catalog.namespaceOf(accountId);
  const arnOf = (suffix: string | undefined) =>
    functionArn({ region: here, accountId: account, functionName, qualifier: suffix });
  const found =
    namespace === undefined
      ? ({ kind: "noFunction" } as const)
      : await settle({ clock }, () => catalog.resolve(namespace, functionName, qualifier));
  switch (found.kind) {
    case "found":
      return {
        callable: found.callable,
        draw: found.draw,
        invokedFunctionArn:
          qualifier === undefined ? found.callable.arn : `${found.callable.arn}:${qualifier}`,
      };
    case "noFunction":
    case "noQualifier":
      throw functionNotFound(arnOf(qualifier ?? "$LATEST"));
    case "notReady":
      throw notReady(found.state, found.reason);
  }
}

function joinQualifiers(inName: string | undefined, inQuery: string | undefined): string | undefined {
  if (inName !== undefined && inQuery !== undefined && inName !== inQuery) {
    const message = `The derived qualifier from the function name does not match the specified qualifier. The name says ${inName}, the query ${inQuery}.`;
    throw new LambdaError("InvalidParameterValueException", message);
  }
  return inName ?? inQuery;
}
