/** A Kubernetes whose answers do not always come: what a process sees that is killed, or cut off, around any of its calls. */
import { type Kube, KubeError } from "../port.ts";

/** `before`: the call is not made. `after`: it is made, and its answer lost. */
export type Fault = "none" | "before" | "after";

const writes = ["create", "apply", "applyStatus", "patch", "replace", "remove"] as const;

function lost(doing: string): KubeError {
  return new KubeError(doing, { code: 0, reason: "Unreachable", message: "the connection was cut" });
}

/** `fault` is asked once a write, with its number from 0 on. */
export function withFaultyWrites(kube: Kube, fault: (write: number) => Fault): Kube {
  let count = 0;
  const faulty = async <T>(name: string, call: () => Promise<T>): Promise<T> => {
    const now = fault(count++);
    if (now === "before") throw lost(name);
    const answer = await call();
    if (now === "after") throw lost(name);
    return answer;
  };
  const wrapped: Kube = { ...kube };
  for (const name of writes) {
    const call = kube[name] as (...words: unknown[]) => Promise<unknown>;
    Object.assign(wrapped, { [name]: (...words: unknown[]) => faulty(name, () => call(...words)) });
  }
  return wrapped;
}
