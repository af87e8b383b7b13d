/** Gives console.* Lambda's log forms: `<time>\t<request id>\t<LEVEL>\t<message>`, or one JSON object a line. */
import { formatWithOptions } from "node:util";

const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const methods = {
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
  fatal: "FATAL",
};

/**
 * Output is written when `write` returns, as to a file: Node would otherwise keep what the pipe cannot take at once, and a
 * request's last lines would come after its end, or never, if the process ends first.
 */
export function writeAtOnce() {
  for (const stream of [process.stdout, process.stderr]) stream._handle?.setBlocking?.(true);
}

/** @param {{ requestId: string | undefined, tenantId: string | undefined }} current what runs now */
export function patchConsole(current, environment = process.env) {
  const isJson = environment.AWS_LAMBDA_LOG_FORMAT?.toUpperCase() === "JSON";
  const lowest = Math.max(0, levels.indexOf(environment.AWS_LAMBDA_LOG_LEVEL?.toUpperCase() ?? "TRACE"));
  const line = isJson ? jsonLine : textLine;
  for (const [method, level] of Object.entries(methods)) {
    const isWanted = levels.indexOf(level) >= lowest;
    console[method] = (...values) => {
      if (isWanted) process.stdout.write(line(current, level, values));
    };
  }
  return {
    /** An error that ended an invocation or the process. */
    logError(label, error, toText) {
      if (isJson) process.stdout.write(jsonLine(current, "ERROR", [error]));
      else process.stdout.write(textLine(current, "ERROR", [`${label} \t${toText(error)}`]));
    },
  };
}

const plain = { colors: false };

function textLine(current, level, values) {
  return `${new Date().toISOString()}\t${current.requestId}\t${level}\t${formatWithOptions(plain, ...values)}\n`;
}

function jsonLine(current, level, values) {
  const entry = { timestamp: new Date().toISOString(), level, requestId: current.requestId };
  if (current.tenantId !== undefined) entry.tenantId = current.tenantId;
  if (values.length === 1) {
    try {
      return `${JSON.stringify({ ...entry, message: values[0] }, readable)}\n`;
    } catch (error) {
      // Circular or a BigInt: what JSON cannot say, text can.
      return `${JSON.stringify({ ...entry, message: formatWithOptions(plain, values[0]), note: error.message })}\n`;
    }
  }
  const failure = values.find((value) => value instanceof Error);
  const details = failure === undefined ? {} : readable("", failure);
  return `${JSON.stringify({ ...entry, message: formatWithOptions(plain, ...values), ...details })}\n`;
}

function readable(_key, value) {
  if (!(value instanceof Error)) return value;
  return {
    errorType: value.constructor?.name ?? "UnknownError",
    errorMessage: value.message,
    stackTrace: typeof value.stack === "string" ? value.stack.split("\n") : [],
    ...value,
  };
}
