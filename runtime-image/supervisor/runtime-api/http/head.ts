/**
 * Reads the head of an HTTP/1.1 request. Our own reader, because the Runtime API is on the path of every invocation and
 * serves one client on loopback; that client may be hostile, so everything is bounded and anything odd is refused.
 */

export interface RequestHead {
  method: string;
  path: string;
  headers: ReadonlyMap<string, string>;
  /** The client closes after this exchange, or speaks HTTP/1.0. */
  close: boolean;
}

/** A request that is not HTTP as we accept it; the connection is answered with the status and closed. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const requestLine = /^([A-Z]{1,16}) (\/[\x21-\x7e]*) HTTP\/1\.([01])$/;
const headerName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Parses a head without its final empty line. */
export function parseHead(text: string): RequestHead {
  const lines = text.split("\r\n");
  const line = requestLine.exec(lines[0] ?? "");
  if (line === null) throw new HttpError(400, "the request line is not HTTP/1.1");
  const headers = parseFields(lines, 1);
  const connection = headers.get("connection")?.toLowerCase() ?? "";
  const [, method = "", path = "", minor] = line;
  return { method, path, headers, close: minor === "0" || connection.includes("close") };
}

/** Header or trailer fields by lower-case name; a name sent twice is joined by commas. */
export function parseFields(lines: string[], from: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (let index = from; index < lines.length; index++) {
    const line = lines[index] as string;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 1 || !headerName.test(name)) throw new HttpError(400, "a header is malformed");
    const value = line.slice(colon + 1).trim();
    const earlier = fields.get(name);
    fields.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return fields;
}
