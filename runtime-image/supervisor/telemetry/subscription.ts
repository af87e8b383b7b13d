/** What an extension asks of the Telemetry API, or of the Logs API before it, read and judged (docs/lambda.md, Telemetry API). Pure. */

export type TelemetryApi = "telemetry" | "logs";

export type TelemetryType = "platform" | "function" | "extension";

export type SchemaVersion = "2020-08-15" | "2021-03-18" | "2022-07-01" | "2022-12-13";

export type Destination =
  | { protocol: "HTTP"; port: number; path: string }
  | { protocol: "TCP"; port: number };

/** A batch leaves when the first of these is reached. */
export interface Buffering {
  maxItems: number;
  maxBytes: number;
  timeoutMs: number;
}

export interface Subscription {
  schemaVersion: SchemaVersion;
  types: readonly TelemetryType[];
  destination: Destination;
  buffering: Buffering;
}

const schemaVersions: Record<TelemetryApi, readonly SchemaVersion[]> = {
  telemetry: ["2022-07-01", "2022-12-13"],
  logs: ["2020-08-15", "2021-03-18"],
};
const telemetryTypes: readonly TelemetryType[] = ["platform", "function", "extension"];

/** Lambda's bounds and defaults. */
const bufferingBounds: Record<keyof Buffering, { min: number; max: number; initial: number }> = {
  maxItems: { min: 1000, max: 10_000, initial: 10_000 },
  maxBytes: { min: 262_144, max: 1_048_576, initial: 262_144 },
  timeoutMs: { min: 25, max: 30_000, initial: 1000 },
};

/** The names of the environment itself: telemetry never leaves it but by an extension. */
const hosts: readonly string[] = ["sandbox.localdomain", "sandbox"];

class Invalid extends Error {}

export function readSubscription(body: Uint8Array, api: TelemetryApi): Subscription | { invalid: string } {
  try {
    const fields = readObject("the body", JSON.parse(Buffer.from(body).toString("utf8")));
    return {
      schemaVersion: readVersion(fields.schemaVersion, api),
      types: readTypes(fields.types),
      destination: readDestination(readObject("destination", fields.destination)),
      buffering: readBuffering(readObject("buffering", fields.buffering ?? {})),
    };
  } catch (cause) {
    if (cause instanceof SyntaxError) return { invalid: `failed to parse JSON: ${cause.message}` };
    if (cause instanceof Invalid) return { invalid: cause.message };
    throw cause;
  }
}

function readObject(name: string, value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Invalid(`${name} is required and must be an object`);
  }
  return value as Record<string, unknown>;
}

function readVersion(value: unknown, api: TelemetryApi): SchemaVersion {
  const known = schemaVersions[api];
  // The Logs API's callers may leave it out.
  if (value === undefined && api === "logs") return "2020-08-15";
  const found = known.find((version) => version === value);
  if (found === undefined) throw new Invalid(`schemaVersion must be one of ${known.join(", ")}`);
  return found;
}

function readTypes(value: unknown): TelemetryType[] {
  const message = `types must be a list of ${telemetryTypes.join(", ")}`;
  if (!Array.isArray(value) || value.length === 0) throw new Invalid(message);
  return value.map((type) => {
    const found = telemetryTypes.find((known) => known === type);
    if (found === undefined) throw new Invalid(message);
    return found;
  });
}

function readDestination({ protocol, URI: uri, port }: Record<string, unknown>): Destination {
  if (protocol === "TCP") {
    if (typeof port !== "number" || !isPort(port)) throw new Invalid("destination.port must be 1 to 65535");
    return { protocol, port };
  }
  if (protocol !== "HTTP") throw new Invalid("destination.protocol must be HTTP or TCP");
  if (typeof uri !== "string" || !URL.canParse(uri)) throw new Invalid("destination.URI must be a URI");
  const url = new URL(uri);
  if (url.protocol !== "http:" || !hosts.includes(url.hostname)) {
    throw new Invalid(`destination.URI must be http://${hosts[0]}:<port>`);
  }
  return { protocol, port: Number(url.port || 80), path: `${url.pathname}${url.search}` };
}

const isPort = (value: number) => Number.isInteger(value) && value >= 1 && value <= 65_535;

function readBuffering(fields: Record<string, unknown>): Buffering {
  const read = (name: keyof Buffering): number => {
    const { min, max, initial } = bufferingBounds[name];
    const value = fields[name] ?? initial;
    if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
      throw new Invalid(`buffering.${name} must be ${min} to ${max}`);
    }
    return value;
  };
  return { maxItems: read("maxItems"), maxBytes: read("maxBytes"), timeoutMs: read("timeoutMs") };
}
