/** The chart's values for a cluster made by `npm start`: images as built, and URLs on this machine's loopback. */
import type { BuiltImages } from "../images/build.ts";
import type { Pushed } from "./push.ts";

type Values = Record<string, unknown>;

export interface Made {
  images: BuiltImages["images"];
  /** Where they were pushed; undefined when they were loaded into the cluster. */
  pushed: Pushed | undefined;
  /** Where the public listener is reached from this machine. */
  publicPort: number;
  /** This machine's address as pods see it, where it reaches them directly; it may call every listener. */
  homeAddress: string | undefined;
}

export function valuesOf({ images, pushed, publicPort, homeAddress }: Made, over: Values): Values {
  // Tags stay while contents change: what an image is, as an annotation, is what rolls the pods.
  const identity = (image: string) => ({
    "kambda.dev/image": (images[image]?.identity ?? "").slice(0, 40),
  });
  return merge(
    {
      images: { pullPolicy: "IfNotPresent", ...pushed },
      operator: { podAnnotations: identity("kambda") },
      gateway: { podAnnotations: identity("kambda") },
      ...(homeAddress === undefined
        ? {}
        : { networkPolicies: { api: callers(homeAddress), metrics: callers(homeAddress) } }),
      settings: {
        urls: { domain: "lambda-url.localhost", scheme: "http", port: publicPort, pathForm: true },
      },
    },
    over,
  );
}

/** `over` wins; objects are merged, everything else replaced. */
export function merge(base: Values, over: Values): Values {
  const merged: Values = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isValues(before) && isValues(value) ? merge(before, value) : value;
  }
  return merged;
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The chart's own callers, pods that are no environments, and this machine. */
function callers(homeAddress: string): unknown[] {
  const notEnvironments = { key: "kambda.dev/component", operator: "NotIn", values: ["environment"] };
  return [
    { namespaceSelector: {}, podSelector: { matchExpressions: [notEnvironments] } },
    { ipBlock: { cidr: `${homeAddress}/32` } },
  ];
}
