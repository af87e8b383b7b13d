/** Everything a node's process 1 does, as one value. It is written down for people and sent to `machine`. */
import { controlPlane } from "./controlplane.ts";
import { layout } from "./layout.ts";
import type { Process } from "./process.ts";
import { type Command, type NodePlace, setupCommands } from "./setup.ts";
import { worker } from "./worker.ts";

export interface NodePlan {
  readonly hostname: string;
  readonly setup: readonly Command[];
  /** A file that appears when the set-up is done, inside the node. */
  readonly ready: string;
  readonly processes: readonly Process[];
}

export function nodePlan(name: string, place: NodePlace): NodePlan {
  const { index, subnet } = place;
  const processes = [...(index === 1 ? controlPlane(subnet) : []), ...worker({ name, index, subnet })];
  return {
    hostname: name,
    setup: setupCommands(place),
    ready: layout.ready,
    processes: processes.map((process) => ({ ...process, log: `${layout.logs}/${process.name}.log` })),
  };
}
