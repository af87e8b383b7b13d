/** Who may call and how: function URLs, resource-based permissions, provisioned concurrency. */
import { choice, flag, instant, integer, list, listByKey, notServed, object, text } from "./field.ts";
import { provisionedRules, urlRules } from "./invocationrules.ts";
import { patterns } from "./pattern.ts";

const headerNames = (description: string) =>
  list(description, text("A header's name, or *.", 256), 100).optional();

const cors = object("What browsers on other origins may do.", {
  allowOrigins: list("Origins, such as https://example.com, or *.", text("One origin.", 253), 100).optional(),
  allowMethods: list(
    "Methods, or *.",
    choice("One method.", ["*", "GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"]),
    8,
  ).optional(),
  allowHeaders: headerNames("Request headers a page may send."),
  exposeHeaders: headerNames("Response headers a page may read."),
  allowCredentials: flag("Let pages send cookies.").default(false),
  maxAge: integer("Seconds a browser may keep the answer to a preflight.", 0, 86_400).optional(),
});

export const url = object(
  "An HTTP endpoint of its own; its address is made once and stays for life.",
  {
    authType: choice(
      "NONE: anybody may call. AWS_IAM: requests must be signed; this release checks no signatures and refuses all requests.",
      ["NONE", "AWS_IAM"],
    ),
    invokeMode: choice("BUFFERED: the whole response at once. RESPONSE_STREAM: as it comes.", [
      "BUFFERED",
      "RESPONSE_STREAM",
    ]).default("BUFFERED"),
    cors: cors.optional(),
  },
  urlRules,
);

export const permissions = listByKey(
  `Resource-based policy: who else may invoke. At most 20 KB in all. ${notServed}`,
  object("One statement.", {
    statementId: text("Names the statement.", 100, /^[a-zA-Z0-9_-]+$/),
    principal: text("A service such as s3.amazonaws.com, an account id, an ARN, a namespace, or *.", 256),
    action: choice("What is allowed.", [
      "lambda:InvokeFunction",
      "lambda:InvokeFunctionUrl",
      "lambda:InvokeAsync",
      "lambda:GetFunction",
      "lambda:*",
    ]),
    sourceArn: text("Only for events of this source; may hold * and ?.", 512).optional(),
    sourceAccount: text("Only for sources of this account.", 12, patterns.accountId).optional(),
    principalOrgId: text("Only for members of this organisation.", 34, /^o-[a-z0-9]{10,32}$/).optional(),
    eventSourceToken: text("Only for callers that show this token.", 256).optional(),
    functionUrlAuthType: choice("Only through URLs of this kind.", ["NONE", "AWS_IAM"]).optional(),
    invokedViaFunctionUrl: flag("Only through the function's URL.").optional(),
  }),
  100,
  ["statementId"],
);

export const provisionedConcurrency = integer(
  "Environments kept initialised before traffic comes.",
  1,
  100_000,
);

export const provisionedConcurrencyScaling = object(
  "Changes provisionedConcurrency with time or with use; with targetUtilization it is the number to begin with.",
  {
    minCapacity: integer("Never fewer than this.", 0, 100_000),
    maxCapacity: integer("Never more than this.", 0, 100_000),
    targetUtilization: object("Keep the share in use near a target.", {
      targetPercent: integer(
        "Per cent of the provisioned environments in use that is aimed at.",
        10,
        90,
      ).default(70),
      scaleInCooldown: integer("Seconds the share must stay low before there are fewer.", 0, 86_400).default(
        300,
      ),
      scaleOutCooldown: integer("Seconds between two steps up.", 0, 86_400).default(0),
    }).optional(),
    schedules: listByKey(
      "Changes at given times.",
      object("One change.", {
        name: text("Names the change.", 64, patterns.functionName),
        schedule: text(
          "cron(…) with six fields, rate(…) or at(…), as EventBridge writes them.",
          256,
          patterns.schedule,
        ),
        timezone: text("IANA name of the time zone, such as Europe/Berlin.", 64).default("UTC"),
        startTime: instant("Not before this moment.").optional(),
        endTime: instant("Not after this moment.").optional(),
        minCapacity: integer("The least from then on.", 0, 100_000).optional(),
        maxCapacity: integer("The most from then on.", 0, 100_000).optional(),
      }),
      32,
      ["name"],
    ).optional(),
  },
  provisionedRules,
);
