/** Listens to a watch for as long as a signal lasts: a process that leads twice must not hear everything twice. */
import type { Listener } from "../kernel/reflector/cache.ts";
import type { Reflector } from "../kernel/reflector/reflector.ts";

export function listen<T>(
  reflector: Pick<Reflector<T>, "onChange">,
  signal: AbortSignal,
  listener: Listener<T>,
): void {
  signal.addEventListener("abort", reflector.onChange(listener), { once: true });
}
