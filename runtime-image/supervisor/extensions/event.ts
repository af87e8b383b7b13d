/** The two events an extension is sent, as Lambda renders them (docs/lambda.md, Extensions API). Pure. */
import type { Reply } from "../runtime-api/http/reply.ts";

export type ShutdownReason = "spindown" | "timeout" | "failure";

export type ExtensionNotice =
  | {
      eventType: "INVOKE";
      deadlineMs: number;
      requestId: string;
      invokedFunctionArn: string;
      traceId?: string;
    }
  | { eventType: "SHUTDOWN"; deadlineMs: number; shutdownReason: ShutdownReason };

/** `eventId` is told in a header: an extension may tell two events apart by it. */
export function renderNotice(notice: ExtensionNotice, eventId: string): Reply {
  return {
    status: 200,
    headers: [["Lambda-Extension-Event-Identifier", eventId]],
    json: { ...body(notice), deadlineMs: Math.floor(notice.deadlineMs) },
  };
}

function body(notice: ExtensionNotice): object {
  if (notice.eventType === "SHUTDOWN") return notice;
  const { traceId, ...rest } = notice;
  return { ...rest, tracing: { type: "X-Amzn-Trace-Id", value: traceId ?? "" } };
}
