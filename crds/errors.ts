/**
 * Lambda's error codes: the HTTP status, whether the body's text is `Message` or `message` (clients compare it), and the
 * `Type` member. Recorded from AWS where it could be; the rest is the service model's.
 */

interface ErrorForm {
  status: number;
  /** The member that holds the text: its case differs by error. */
  member: "Message" | "message";
  /** Whose fault; absent where the body has none. */
  type?: "User" | "Service";
}

const user = (status: number): ErrorForm => ({ status, member: "message", type: "User" });
const userCapital = (status: number): ErrorForm => ({ status, member: "Message", type: "User" });
const service = (status: number): ErrorForm => ({ status, member: "Message", type: "Service" });

const errorForms = {
  AccessDeniedException: { status: 403, member: "Message" },
  CodeSigningConfigNotFoundException: user(404),
  CodeStorageExceededException: user(400),
  CodeVerificationFailedException: user(400),
  EC2AccessDeniedException: userCapital(502),
  EC2ThrottledException: service(502),
  EC2UnexpectedException: service(502),
  EFSIOException: userCapital(410),
  EFSMountConnectivityException: userCapital(408),
  EFSMountFailureException: userCapital(403),
  EFSMountTimeoutException: userCapital(408),
  ENILimitReachedException: userCapital(502),
  ExpiredTokenException: { status: 403, member: "message" },
  InvalidCodeSignatureException: user(400),
  InvalidParameterValueException: user(400),
  InvalidRequestContentException: user(400),
  InvalidRuntimeException: userCapital(502),
  InvalidSecurityGroupIDException: userCapital(502),
  InvalidSignatureException: { status: 403, member: "message" },
  InvalidSubnetIDException: userCapital(502),
  InvalidZipFileException: userCapital(502),
  KMSAccessDeniedException: userCapital(502),
  KMSDisabledException: userCapital(502),
  KMSInvalidStateException: userCapital(502),
  KMSNotFoundException: userCapital(502),
  MethodNotAllowedException: { status: 405, member: "Message" },
  MissingAuthenticationTokenException: { status: 403, member: "message" },
  NoPublishedVersionException: user(404),
  PolicyLengthExceededException: user(400),
  PreconditionFailedException: user(412),
  ProvisionedConcurrencyConfigNotFoundException: user(404),
  RecursiveInvocationException: userCapital(400),
  RequestEntityTooLargeException: { status: 413, member: "message" },
  RequestTooLargeException: user(413),
  ResourceConflictException: user(409),
  ResourceInUseException: userCapital(400),
  ResourceNotFoundException: userCapital(404),
  ResourceNotReadyException: user(502),
  SerializedRequestEntityTooLargeException: user(413),
  ServiceException: service(500),
  ServiceQuotaExceededException: user(402),
  ServiceUnavailableException: service(503),
  SnapStartException: userCapital(400),
  SnapStartNotReadyException: userCapital(409),
  SnapStartTimeoutException: userCapital(408),
  SubnetIPAddressLimitReachedException: userCapital(502),
  TooManyRequestsException: user(429),
  UnrecognizedClientException: { status: 403, member: "message" },
  UnknownOperationException: { status: 404, member: "Message" },
  UnsupportedMediaTypeException: user(415),
  ValidationException: { status: 400, member: "message" },
} as const satisfies Record<string, ErrorForm>;

export type LambdaErrorCode = keyof typeof errorForms;

/** Why a caller was throttled: the `Reason` member of TooManyRequestsException. */
const throttleReasons = [
  "ConcurrentInvocationLimitExceeded",
  "FunctionInvocationRateLimitExceeded",
  "ReservedFunctionConcurrentInvocationLimitExceeded",
  "ReservedFunctionInvocationRateLimitExceeded",
  "CallerRateLimitExceeded",
  "ConcurrentSnapshotCreateLimitExceeded",
] as const;
export type ThrottleReason = (typeof throttleReasons)[number];

/** An error on its way across a border; the listener maps it to HTTP with `errorResponse`. */
export class LambdaError extends Error {
  override name = "LambdaError";
  readonly code: LambdaErrorCode;
  /** Further members of the body, such as Reason. */
  readonly members: Readonly<Record<string, string>>;
  /** Sent as Retry-After. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: LambdaErrorCode,
    message: string,
    more: { members?: Record<string, string>; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.members = more.members ?? {};
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

export interface ErrorResponse {
  status: number;
  headers: Record<string, string>;
  /** JSON text. */
  body: string;
}

/** The one place where an error becomes an HTTP answer. */
export function errorResponse(error: LambdaError): ErrorResponse {
  const form: ErrorForm = errorForms[error.code];
  const type = form.type === undefined ? {} : { Type: form.type };
  const retry =
    error.retryAfterSeconds === undefined
      ? {}
      : { "retry-after": String(Math.ceil(error.retryAfterSeconds)) };
  return {
    status: form.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.code, ...retry },
    body: JSON.stringify({ ...error.members, ...type, [form.member]: error.message }),
  };
}

/** 429 as Lambda says it. */
export function throttled(reason: ThrottleReason, retryAfterSeconds = 1): LambdaError {
  return new LambdaError("TooManyRequestsException", "Rate Exceeded.", {
    members: { Reason: reason },
    retryAfterSeconds,
  });
}

/** 404 as Lambda says it; `arn` carries the qualifier asked for. */
export function functionNotFound(arn: string): LambdaError {
  return new LambdaError("ResourceNotFoundException", `Function not found: ${arn}`);
}
