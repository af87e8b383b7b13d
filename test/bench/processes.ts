/** CPU and memory of the processes in pods, as this machine's own /proc has them: containers of the embedded cluster are processes of it. */
import { readFile } from "node:fs/promises";
import { type Process, processesOf } from "../support/processes.ts";
import type { Pod } from "./world.ts";

/** Linux clock ticks a second, as /proc counts CPU. */
const ticksPerSecond = 100;

export interface ProcessFigures {
  cpuMs: number;
  /** Memory that would come back if it ended: private pages, in MB. */
  privateMb: number;
}

export async function figuresOf(pid: number): Promise<ProcessFigures> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond;
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
  const kb = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  return { cpuMs, privateMb: kb / 1024 };
}

export const isSupervisor = ({ commandLine }: Process) => commandLine.includes("/kambda/supervisor/");
/** All but what holds the pod's namespaces open. */
export const isOfContainer = ({ commandLine }: Process) => !/^\/?pause/.test(commandLine);

/** Sums over the pods' processes that are chosen. */
export async function figuresIn(
  found: readonly Pod[],
  chosen: (process: Process) => boolean,
): Promise<ProcessFigures> {
  const processes = (await Promise.all(found.map(({ uid }) => processesOf(uid)))).flat().filter(chosen);
  const figures = await Promise.all(processes.map(({ pid }) => figuresOf(pid)));
  return {
    cpuMs: figures.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    privateMb: figures.reduce((sum, { privateMb }) => sum + privateMb, 0),
  };
}
