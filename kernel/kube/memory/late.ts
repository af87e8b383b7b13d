/** A Kubernetes whose watch of one kind lags: each of its events comes so much later, as while a connection is made anew. */
import type { Clock } from "../../clock/clock.ts";
import type { Kube, Resource } from "../port.ts";

export function withLateWatch(kube: Kube, clock: Clock, { plural }: Resource, ms: number): Kube {
  async function* late(...asked: Parameters<Kube["watch"]>) {
    for await (const event of kube.watch(...asked)) {
      await clock.sleep(ms);
      yield event;
    }
  }
  return {
    ...kube,
    watch: (...asked) => (asked[0].plural === plural ? late(...asked) : kube.watch(...asked)),
  };
}
