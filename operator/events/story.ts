/** What is told about an object as a Kubernetes Event: one line a person reads in `kubectl describe`. */

export interface Story {
  type: "Normal" | "Warning";
  /** One CamelCase word. */
  reason: string;
  /** What was being done, in one CamelCase word. */
  action: string;
  /** A sentence. */
  note: string;
}
