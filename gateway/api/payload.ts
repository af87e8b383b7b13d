/** Whether a payload is JSON, as Lambda asks before it runs anything. Pure. */

export type ReadPayload =
  /** The same bytes: whoever reads them in a thread has given them away. */
  { kind: "json"; body: Uint8Array } | { kind: "notJson"; why: string };

const decoder = new TextDecoder("utf-8", { fatal: true });

export function readJson(body: Uint8Array): ReadPayload {
  try {
    JSON.parse(decoder.decode(body));
    return { kind: "json", body };
  } catch (cause) {
    // No UTF-8, no JSON, or nested too deep to be read.
    return { kind: "notJson", why: cause instanceof Error ? cause.message : String(cause) };
  }
}
