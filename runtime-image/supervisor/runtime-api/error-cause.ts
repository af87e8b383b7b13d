/**
 * The cause a runtime reports for X-Ray: kept when it has X-Ray's form, and cropped as Lambda crops it, by ever shorter
 * stack traces and path lists, until it fits. It goes to whoever traces; callers never see it. Pure.
 */
import { errorCauseBytesMax } from "../limits.ts";

interface ErrorCause {
  message?: string;
  working_directory?: string;
  exceptions: Array<{ type?: string; message?: string; stack: unknown[] }>;
  paths: string[];
}

/** Shares of stacks and paths that are kept, tried in this order. */
const shares = [1, 0.8, 0.6, 0.4, 0.2, 0];

/** The cause as JSON of at most `errorCauseBytesMax` bytes; undefined when there is none, or it is none. */
export function readErrorCause(header: string | undefined): string | undefined {
  const cause = header === undefined ? undefined : parse(header);
  if (cause === undefined) return undefined;
  return shares
    .map((share) => JSON.stringify(crop(cause, share)))
    .find((text) => Buffer.byteLength(text) <= errorCauseBytesMax);
}

function crop(cause: ErrorCause, share: number): ErrorCause {
  const some = <T>(list: T[]) => list.slice(0, Math.floor(list.length * share));
  const exceptions = cause.exceptions.map((one) => ({ ...one, stack: some(one.stack) }));
  return { ...cause, exceptions, paths: some(cause.paths) };
}

function parse(header: string): ErrorCause | undefined {
  const found = parseObject(header);
  if (found === undefined) return undefined;
  const exceptions = listOf(found.exceptions).filter(isObject).map(readException);
  const paths = listOf(found.paths).filter((one) => typeof one === "string");
  const cause = { ...textOf(found, "message"), ...textOf(found, "working_directory"), exceptions, paths };
  const isEmpty = exceptions.length === 0 && paths.length === 0 && Object.keys(cause).length === 2;
  return isEmpty ? undefined : cause;
}

const readException = (one: Record<string, unknown>) => ({
  ...textOf(one, "type"),
  ...textOf(one, "message"),
  stack: listOf(one.stack),
});

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function textOf<K extends string>(from: Record<string, unknown>, name: K): { [name in K]?: string } {
  const value = from[name];
  return typeof value === "string" ? ({ [name]: value } as { [name in K]?: string }) : {};
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (cause) {
    // A runtime may write anything here; what is no JSON is no cause.
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
