/** Structured logs, one JSON object a line on stdout. Never given payloads, environment values, tokens or tickets. */
import { createLogger, format, transports } from "winston";

type Fields = Record<string, unknown>;

export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  /** For an error caught at a loop: says what was being done; the error's chain of causes goes with it. */
  error(message: string, error: unknown, fields?: Fields): void;
  with(fields: Fields): Log;
}

export interface LogDep {
  log: Log;
}

export function createLog(component: string, level = "info"): Log {
  const logger = createLogger({
    level,
    defaultMeta: { component },
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console()],
  });
  const wrap = (bound: Fields): Log => ({
    debug: (message, fields) => void logger.debug(message, { ...bound, ...fields }),
    info: (message, fields) => void logger.info(message, { ...bound, ...fields }),
    warn: (message, fields) => void logger.warn(message, { ...bound, ...fields }),
    error: (message, error, fields) =>
      void logger.error(message, { ...bound, ...fields, error: describe(error) }),
    with: (fields) => wrap({ ...bound, ...fields }),
  });
  return wrap({});
}

/** An error and its causes as one line a reader can follow. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
