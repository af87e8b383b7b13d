/** One watch: the server's JSON lines as the port's events. */
import { linesOf } from "./lines.ts";
import { collectionPath, selectionQuery } from "./path.ts";
import type { KubeObject, KubeStatus, Resource, Selection, WatchEvent } from "./port.ts";
import { type Request, unreachable } from "./request.ts";

/** The server ends a watch after this, so that a connection through a forgetful middlebox cannot live for ever. */
export const watchSecondsMax = 300;

/** Ends quietly when the server or the signal ends it; a broken connection throws KubeError Unreachable. */
export async function* watchLines(
  request: Request,
  resource: Resource,
  selection: Selection,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const query = selectionQuery(selection, {
    watch: "true",
    allowWatchBookmarks: "true",
    resourceVersion,
    timeoutSeconds: String(watchSecondsMax),
  });
  const path = `${collectionPath(resource, selection.namespace)}?${query}`;
  try {
    const response = await request({ method: "GET", path, signal });
    if (response.body === null) return;
    for await (const line of linesOf(response.body)) {
      const event = toEvent(JSON.parse(line) as RawEvent);
      if (event !== undefined) yield event;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Error && error.name === "KubeError" ? error : unreachable(`WATCH ${path}`, error);
  }
}

interface RawEvent {
  type: string;
  object: KubeObject & Partial<KubeStatus>;
}

/** A type this build does not know is passed over: a newer server may add one. */
function toEvent({ type, object }: RawEvent): WatchEvent | undefined {
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") return { type, object };
  if (type === "BOOKMARK") return { type, resourceVersion: object.metadata.resourceVersion ?? "" };
  if (type !== "ERROR") return undefined;
  const { code = 500, reason = "Unknown", message = "the watch failed" } = object;
  return { type, status: { code, reason, message } };
}
