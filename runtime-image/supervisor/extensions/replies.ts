/** Lambda's replies to extensions, word for word (docs/lambda.md, Extensions API). */
import type { Reply } from "../runtime-api/http/reply.ts";
import { type ExtensionEvent, type ExtensionState, targets } from "./states.ts";

const forbidden = (errorType: string, errorMessage: string): Reply => ({
  status: 403,
  json: { errorMessage, errorType },
});

export const acceptedError: Reply = { status: 202, json: { status: "OK" } };
export const emptyName = forbidden("Extension.InvalidExtensionName", "Empty extension name");
export const registrationClosed = forbidden(
  "Extension.RegistrationClosed",
  "Extension registration closed already",
);
export const nameTaken = forbidden(
  "Extension.InvalidExtensionState",
  "Extension with this name already registered",
);
export const missingErrorType = forbidden(
  "Extension.MissingHeader",
  "Lambda-Extension-Function-Error-Type not found",
);
export const missingIdentifier = forbidden(
  "Extension.MissingExtensionIdentifier",
  "Missing Lambda-Extension-Identifier header",
);
export const invalidIdentifier = forbidden(
  "Extension.InvalidExtensionIdentifier",
  "Invalid Lambda-Extension-Identifier",
);

export const unknownIdentifier = (id: string): Reply =>
  forbidden("Extension.UnknownExtensionIdentifier", `Unknown extension ${id}`);

export const tooManyExtensions = (countMax: number): Reply =>
  forbidden("Extension.TooManyExtensions", `Extension limit (${countMax}) reached`);

export const invalidEvent = (event: string, reason: string): Reply =>
  forbidden("Extension.InvalidEventType", `${event}: ${reason}`);

export const invalidRequest = (message: string): Reply => forbidden("InvalidRequestFormat", message);

export const refusedTransition = (from: ExtensionState, event: ExtensionEvent, extension: string): Reply =>
  forbidden(
    "Extension.InvalidExtensionState",
    `State transition from ${from} to ${targets[event]} failed for extension ${extension}. Error: State transition is not allowed`,
  );
