/** Whether a function took more than it was given, and what its caller is told then. Pure. */
import { tasksMax } from "../limits.ts";

export interface Held {
  memoryMb: number;
  tasks: number;
  /** Undefined while its files are still being counted. */
  storageMb: number | undefined;
}

export interface Allowed {
  memorySizeMb: number;
  ephemeralStorageMb: number;
}

export interface Excess {
  errorType: string;
  message: string;
  /** The next process must find `/tmp` empty, or it would be over its limit from the start. */
  emptiesStorage: boolean;
}

export const outOfMemory: Excess = {
  errorType: "Runtime.OutOfMemory",
  message: "Runtime exited with error: signal: killed",
  emptiesStorage: false,
};

export function excessOf(held: Held, allowed: Allowed): Excess | undefined {
  if (held.memoryMb > allowed.memorySizeMb) return outOfMemory;
  if (held.tasks > tasksMax) return tooManyTasks(held.tasks);
  if (held.storageMb !== undefined && held.storageMb > allowed.ephemeralStorageMb)
    return outOfStorage(held.storageMb, allowed.ephemeralStorageMb);
  return undefined;
}

const tooManyTasks = (tasks: number): Excess => ({
  errorType: "Function.ProcessLimitExceeded",
  message: `The function ran ${tasks} processes and threads; ${tasksMax} are allowed`,
  emptiesStorage: false,
});

const outOfStorage = (heldMb: number, allowedMb: number): Excess => ({
  errorType: "Function.EphemeralStorageExceeded",
  message: `/tmp held ${Math.ceil(heldMb)} MB; the function's ephemeral storage is ${allowedMb} MB`,
  emptiesStorage: true,
});
