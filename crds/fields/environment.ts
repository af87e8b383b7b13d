/** Environment variables: literal ones, and ones taken from Secrets and ConfigMaps. */
import { limits } from "../limits.ts";
import { environmentRules } from "./environmentrules.ts";
import { flag, listByKey, map, object, text } from "./field.ts";
import { patterns } from "./pattern.ts";

function keyReference(what: string) {
  return object(`A key of a ${what} in the function's namespace.`, {
    name: text(`Name of the ${what}.`, 253, patterns.objectName),
    key: text(`The key in the ${what}.`, 253, patterns.secretKey),
    optional: flag(
      "Start without the variable when the key is missing; otherwise the function waits for it.",
    ).optional(),
  });
}

const variableFrom = object(
  "One variable whose value comes from a Secret or a ConfigMap.",
  {
    name: text("Name of the variable.", 256, new RegExp(patterns.environmentName)),
    secretKeyRef: keyReference("Secret").optional(),
    configMapKeyRef: keyReference("ConfigMap").optional(),
  },
  environmentRules.variableFrom,
);

export const environment = object(
  "Environment variables of the function.",
  {
    variables: map(
      "Literal values by name, never expanded. Names start with a letter and hold letters, digits and underscores. Names and values together may have 4 KB.",
      text("The value.", limits.environmentBytesMax),
      limits.environmentVariablesMax,
      environmentRules.variables,
    ).optional(),
    from: listByKey(
      "Variables whose values come from Secrets and ConfigMaps. Whoever writes the function must be allowed to read them.",
      variableFrom,
      64,
      ["name"],
    ).optional(),
  },
  environmentRules.environment,
);
