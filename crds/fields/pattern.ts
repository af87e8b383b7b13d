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
} as const;
