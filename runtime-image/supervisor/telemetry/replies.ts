/** The two APIs' replies, word for word (docs/lambda.md, Telemetry API). */
import type { Reply } from "../runtime-api/http/reply.ts";
import type { TelemetryApi } from "./subscription.ts";

export const subscribed: Reply = {
  status: 200,
  headers: [["Content-Type", "application/json"]],
  body: Buffer.from('"OK"'),
};

export const invalid = (errorMessage: string): Reply => ({
  status: 400,
  json: { errorType: "ValidationError", errorMessage },
});

const names: Record<TelemetryApi, string> = { telemetry: "Telemetry", logs: "Logs" };

export const closed = (api: TelemetryApi): Reply => ({
  status: 403,
  json: {
    errorType: `${names[api]}.SubscriptionClosed`,
    errorMessage: `${names[api]} API subscription is closed`,
  },
});
