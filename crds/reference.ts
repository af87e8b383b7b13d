/**
 * How callers name a function: name, partial ARN (`account:function:name`) or full ARN, each with an optional `:qualifier`.
 * A missing part is absent in the result: the caller knows its own account and region.
 */
import { limits } from "./limits.ts";

export interface FunctionReference {
  functionName: string;
  qualifier?: string;
  accountId?: string;
  region?: string;
}

export type ParsedReference =
  | { kind: "reference"; reference: FunctionReference }
  | { kind: "invalid"; message: string };

const form = new RegExp(
  "^(?:(?:arn:(?:aws[a-zA-Z-]*):lambda:)?(?:(?<region>[a-z0-9-]+):)?(?<account>[0-9]{12}):function:|function:)?" +
    "(?<name>[a-zA-Z0-9_-]+)(?::(?<qualifier>\\$LATEST|[a-zA-Z0-9_-]+))?$",
);

/** Longer than any reference: an ARN of the longest names. */
const referenceLengthMax = 256;

export function parseFunctionReference(text: string): ParsedReference {
  if (text.length > referenceLengthMax) {
    return invalid(text.slice(0, 64), `it has ${text.length} characters; ${referenceLengthMax} are allowed`);
  }
  const groups = form.exec(text)?.groups;
  if (groups?.name === undefined || (text.startsWith("arn:") && groups.region === undefined)) {
    return invalid(
      text,
      "expected a name, account:function:name or an ARN, each with an optional :qualifier",
    );
  }
  if (groups.name.length > limits.functionNameLengthMax) {
    return invalid(text, `a function's name may have ${limits.functionNameLengthMax} characters`);
  }
  if ((groups.qualifier?.length ?? 0) > limits.aliasNameLengthMax) {
    return invalid(text, `a qualifier may have ${limits.aliasNameLengthMax} characters`);
  }
  const reference: FunctionReference = { functionName: groups.name };
  if (groups.qualifier !== undefined) reference.qualifier = groups.qualifier;
  if (groups.account !== undefined) reference.accountId = groups.account;
  if (groups.region !== undefined) reference.region = groups.region;
  return { kind: "reference", reference };
}

/** The shortest text that parses to the same reference. */
export function formatFunctionReference(reference: FunctionReference): string {
  const { accountId, region, functionName, qualifier } = reference;
  const account = accountId === undefined ? "" : `${accountId}:function:`;
  const prefix =
    region === undefined || accountId === undefined ? account : `arn:aws:lambda:${region}:${account}`;
  return `${prefix}${functionName}${qualifier === undefined ? "" : `:${qualifier}`}`;
}

function invalid(text: string, why: string): ParsedReference {
  return { kind: "invalid", message: `'${text}' names no function: ${why}` };
}
