/** Lambda's rule for the error type a runtime names in a header: kept when it has Lambda's form, else made unknown. */

const form = /(Runtime|Function)\.[A-Z][a-zA-Z]+/;

export function readErrorType(header: string | undefined): string {
  if (header !== undefined && form.test(header)) return header.slice(0, 256);
  return header?.startsWith("Function.") ? "Function.Unknown" : "Runtime.Unknown";
}
