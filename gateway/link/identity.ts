/** Who an environment is: read from its token or ticket, never from what it says of itself. */

export interface PodIdentity {
  namespace: string;
  name: string;
  uid: string;
}

/** The one key that counts for a pod: who first came with its token, or has earned a ticket, made it. */
export interface PodKey {
  uid: string;
  publicKey: string;
}
