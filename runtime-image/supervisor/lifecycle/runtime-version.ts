/** The INIT_START line's facts. The "ARN" has the form of Lambda's; its hash is of the runtime's name. */
import { createHash } from "node:crypto";
import type { Assignment } from "../../../crds/link/messages.ts";
import type { InitPhase, PlatformEvent } from "../log/event.ts";

export type InitStart = PlatformEvent & { type: "initStart" };

export function initStart(assignment: Assignment, phase: InitPhase): InitStart {
  const { runtime, region, functionName, functionVersion, initializationType } = assignment;
  const [, language = "image", version = "1"] = /^([a-z]+)\.?(.+?)(?:\.x)?$/.exec(runtime) ?? [];
  const hash = createHash("sha256").update(runtime).digest("hex");
  return {
    type: "initStart",
    runtime: `${language}:${version}.v1`,
    runtimeArn: `arn:aws:lambda:${region}::runtime:${hash}`,
    phase,
    functionName,
    version: functionVersion,
    initializationType,
  };
}
