/** How far provisioned concurrency has come, in Lambda's words. */
import { choice, integer, object, text } from "./field.ts";

const count = (description: string) => integer(description, 0, 100_000);

export const provisionedStatus = object("How far provisioned concurrency has come.", {
  status: choice("Whether all that was asked for is there.", ["IN_PROGRESS", "READY", "FAILED"]),
  statusReason: text("Why it failed.", 4096).optional(),
  requested: count("Environments asked for."),
  available: count("Environments that can take an invocation now or are running one."),
  allocated: count("Environments that are there."),
});
