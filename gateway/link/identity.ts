/** Who an environment is: read from its token or ticket, never from what it says of itself. */

export interface PodIdentity {
  namespace: string;
  name: string;
  uid: string;
}
