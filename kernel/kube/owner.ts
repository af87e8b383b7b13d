/** What an object that belongs to another says of it. */
import type { OwnerReference } from "./port.ts";

interface Owner {
  apiVersion: string;
  kind: string;
  metadata: { name: string; uid: string };
}

/** The owned goes with its owner, and never holds up the owner's going. */
export function ownerReferenceTo({ apiVersion, kind, metadata: { name, uid } }: Owner): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false };
}
