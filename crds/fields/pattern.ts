/** Patterns more than one field has. Written for RE2, which the API server uses: no look-ahead, no back-references. */
export const patterns = {
  /** Lambda's rule. */
  functionName: /^[a-zA-Z0-9_-]+$/,
  /** Lambda's rule: like a function's name, with something that is no digit, so that it is never taken for a version. */
  aliasName: /^[a-zA-Z0-9_-]*[a-zA-Z_-][a-zA-Z0-9_-]*$/,
  /** Kubernetes' rule for the names of most objects. */
  objectName: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
  secretKey: /^[-._a-zA-Z0-9]+$/,
  versionNumber: /^[1-9][0-9]*$/,
  latestOrVersion: /^(\$LATEST|[1-9][0-9]*)$/,
  /** name, account:function:name or a full ARN, each with an optional :qualifier. */
  functionReference:
    /^(arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:|[0-9]{12}:function:)?[a-zA-Z0-9_-]+(:(\$LATEST|[a-zA-Z0-9_-]+))?$/,
  arn: /^arn:[a-zA-Z0-9-]+:[a-zA-Z0-9.-]+:[a-zA-Z0-9-]*:[0-9]*:.+$/,
  runtime: /^[a-z][a-z0-9.]*$/,
  httpUrl: /^https?:\/\/[^\s]+$/,
  sha256Hex: /^[0-9a-f]{64}$/,
  sha256Base64: /^[A-Za-z0-9+/]{43}=$/,
  /** Hexadecimal as sha256sum prints it, or base64 as Lambda's CodeSha256 is written. */
  sha256Either: /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/,
  base64Text: /^[A-Za-z0-9+/=\s]*$/,
  environmentName: "^[a-zA-Z][a-zA-Z0-9_]+$",
  accountId: /^[0-9]{12}$/,
  region: /^[a-z0-9-]+$/,
  layerVersion: /^(arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:layer:)?[a-zA-Z0-9_-]+:[1-9][0-9]*$/,
  mountPath: /^\/mnt\/[a-zA-Z0-9_.-]+$/,
  noBlank: /^[^\s]+$/,
  schedule: /^(cron|rate|at)\(.+\)$/,
} as const;

/** By pattern, what goes through it: the API server's own message only quotes the pattern. "It must be …" */
export const sentences: ReadonlyMap<string, string> = new Map([
  [patterns.functionName.source, "letters, digits, hyphens and underscores"],
  [patterns.aliasName.source, "letters, digits, hyphens and underscores, and not digits only"],
  [
    patterns.objectName.source,
    "the name of a Kubernetes object: lower-case letters, digits, hyphens and dots, with a letter or digit first and last",
  ],
  [
    patterns.latestOrVersion.source,
    'a version number such as "3", or $LATEST; an alias cannot point to an alias',
  ],
  [
    patterns.functionReference.source,
    "a function's name, account:function:name or an ARN, each with an optional :qualifier",
  ],
  [patterns.arn.source, "an ARN, such as arn:aws:sns:us-east-1:123456789012:topic"],
  [patterns.runtime.source, "a runtime such as nodejs24.x, python3.13 or provided.al2023"],
  [patterns.httpUrl.source, "an address that begins with http:// or https://, without blanks"],
  [patterns.sha256Base64.source, "a SHA-256 in base64, 44 characters, as CodeSha256 is written"],
  [patterns.sha256Either.source, "a SHA-256: 64 hexadecimal digits as sha256sum prints them, or base64"],
  [patterns.layerVersion.source, "a layer and its version, such as tools:3, or a layer version's ARN"],
  [patterns.mountPath.source, "/mnt/ and one name, such as /mnt/data"],
  [patterns.noBlank.source, "without blanks, and not empty"],
  [patterns.schedule.source, "cron(…), rate(…) or at(…), as EventBridge writes them"],
]);
