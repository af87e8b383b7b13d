/** The parts of a configuration that a Function and its Revisions share. */
import { limits } from "../limits.ts";
import { choice, flag, integer, list, notServed, object, text } from "./field.ts";
import { patterns } from "./pattern.ts";

export const memorySize = integer(
  "Memory in MB, 128 to 10240. CPU comes in proportion: 1769 MB earn one virtual CPU.",
  limits.memoryMbMin,
  limits.memoryMbMax,
);

export const timeout = integer(
  "Seconds an invocation may take, 1 to 900; past them its environment is reset.",
  1,
  limits.timeoutSecondsMax,
);

export const runtime = text(
  "What runs the code, for example nodejs24.x, python3.13 or provided.al2023.",
  64,
  patterns.runtime,
);

export const handler = text(
  "What to call: file.export for Node.js and Python, package.Class::method for Java; ignored by provided runtimes.",
  128,
  patterns.noBlank,
);

export const ephemeralStorage = object("The function's /tmp, private to each environment.", {
  size: integer(
    "Its size in MB, 512 to 10240.",
    limits.ephemeralStorageMbMin,
    limits.ephemeralStorageMbMax,
  ).default(limits.ephemeralStorageMbMin),
});

export const architectures = list(
  "The one processor architecture the code is built for.",
  choice("x86_64 or arm64.", ["x86_64", "arm64"]),
  1,
);

export const role = text(
  'The execution role: name of a ServiceAccount in this namespace that carries the annotation kambda.dev/assumable: "true". Without one the code has no rights in the cluster.',
  253,
  patterns.objectName,
);

export const automountServiceAccountToken = flag(
  "Mount the role's cluster token into environments. Off unless asked for; needs role.",
);

export const logging = object("How the function logs.", {
  logFormat: choice("Text lines, or JSON objects.", ["Text", "JSON"]).default("Text"),
  applicationLogLevel: choice("The least level of the code's own records that is kept, in JSON format.", [
    "TRACE",
    "DEBUG",
    "INFO",
    "WARN",
    "ERROR",
    "FATAL",
  ]).default("INFO"),
  systemLogLevel: choice("The least level of the system's records that is kept, in JSON format.", [
    "DEBUG",
    "INFO",
    "WARN",
  ]).default("INFO"),
  logGroup: text(
    "Name of the log group; /aws/lambda/<function> unless set.",
    512,
    /^[.\-_/#A-Za-z0-9]+$/,
  ).optional(),
});

export const tracing = object(`Traces of invocations. ${notServed}`, {
  mode: choice("Active samples every request; PassThrough follows what the caller decided.", [
    "Active",
    "PassThrough",
  ]).default("PassThrough"),
});

export const snapStart = object(
  `Start from a snapshot taken after INIT. ${notServed} Environments initialise as usual.`,
  {
    applyOn: choice("None, or PublishedVersions.", ["None", "PublishedVersions"]).default("None"),
  },
);

export const fileSystem = object("A PersistentVolumeClaim mounted into every environment (Lambda's EFS).", {
  claimName: text("Name of the PersistentVolumeClaim in this namespace.", 253, patterns.objectName),
  localMountPath: text("Where it is mounted: /mnt/ and a name.", 160, patterns.mountPath),
  readOnly: flag("Mount it for reading only.").default(false),
});

export const vpc = object("What environments may reach on the network.", {
  profile: text(
    "A network profile: one of the installation's settings.environments.networkProfiles.",
    63,
    patterns.objectName,
  ).optional(),
  subnetIds: list(
    `Subnets, which the installation maps to profiles. ${notServed}`,
    text("An id, such as the API has it.", 128),
    16,
  ).optional(),
  securityGroupIds: list(
    `Security groups, which the installation maps to profiles. ${notServed}`,
    text("An id, such as the API has it.", 128),
    5,
  ).optional(),
  ipv6AllowedForDualStack: flag(`Allow IPv6 outwards in dual-stack subnets. ${notServed}`).optional(),
});

export const cpuPolicy = choice(
  "burst: up to one virtual CPU, or the memory's share where that is more. strict: the memory's share after INIT. Unset: the installation's.",
  ["burst", "strict"],
);

export const runtimeClassName = text(
  "RuntimeClass of the environment's pods, for a stronger sandbox such as gVisor or Kata.",
  253,
  patterns.objectName,
);

export const imageConfig = {
  entryPoint: list("Instead of the image's ENTRYPOINT.", text("One word.", 4096), 128).optional(),
  command: list("Instead of the image's CMD.", text("One word.", 4096), 128).optional(),
  workingDirectory: text("Instead of the image's WORKDIR.", 1000).optional(),
};
