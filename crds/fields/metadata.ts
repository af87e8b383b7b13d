/** The metadata every object of ours is read with. The API server owns its rules; here it is only given types. */
import { z } from "zod";

export const apiGroup = "kambda.dev";
export const apiVersionName = "v1alpha1";
export const apiVersion = `${apiGroup}/${apiVersionName}` as const;

const ownerReference = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().exactOptional(),
  blockOwnerDeletion: z.boolean().exactOptional(),
});

const metadata = z.object({
  name: z.string(),
  /** Every kind of ours is namespaced. */
  namespace: z.string(),
  uid: z.string().default(""),
  resourceVersion: z.string().exactOptional(),
  generation: z.int().default(0),
  creationTimestamp: z.string().exactOptional(),
  deletionTimestamp: z.string().exactOptional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  finalizers: z.array(z.string()).default([]),
  ownerReferences: z.array(ownerReference).default([]),
});

/** A whole object of one of our kinds; a missing status reads as an empty one. */
export function objectOf<K extends string, S extends z.ZodType, T extends z.ZodType>(
  kind: K,
  spec: S,
  status: T,
) {
  return z.object({
    apiVersion: z.literal(apiVersion),
    kind: z.literal(kind),
    metadata,
    spec,
    status,
  });
}
