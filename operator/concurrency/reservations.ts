/**
 * What the functions of each namespace have reserved, as this process granted it: the watch tells of a grant only after the next one
 * may have been asked for, and two grants out of the same room would be one too many.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { labels } from "../../crds/labels.ts";
import { functionNameOf, labelValue } from "../../crds/names.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { PodView } from "../pod/view.ts";
import { isKept } from "../provisioned/pods.ts";
import type { Watches } from "../watches.ts";
import { decideReservation, type Reservation } from "./reservation.ts";

export interface Reservations {
  /** What the function gets now; remembered until it is asked for again, or the function is forgotten. */
  decide(of: FunctionObject): Reservation;
  /** The Function, by its object's key, is gone. */
  forget(key: string): void;
  /** What the function of that name has. */
  of(namespace: string, functionName: string): number | undefined;
  sumOf(namespace: string): number;
  /** Of these pods, how many are provisioned for functions without a reservation. */
  unreservedAmong(namespace: string, pods: readonly PodView[]): number;
  /** Told when reservations of a namespace have become less. */
  onRoom(listener: (namespace: string) => void): void;
}

interface Held {
  namespace: string;
  functionName: string;
  granted: number;
}

export function createReservations({
  settings,
  watches,
}: SettingsDep & { watches: Pick<Watches, "functions" | "pods"> }): Reservations {
  const held = new Map<string, Held>();
  const listeners = new Set<(namespace: string) => void>();
  const { concurrentExecutions: account, unreservedMin } = settings.account;

  const inNamespace = (namespace: string) => [...held.values()].filter((one) => one.namespace === namespace);
  const sumOf = (namespace: string) => inNamespace(namespace).reduce((sum, { granted }) => sum + granted, 0);
  const unreservedAmong = (namespace: string, pods: readonly PodView[]) => {
    const reserved = new Set(inNamespace(namespace).map(({ functionName }) => labelValue(functionName)));
    return pods.filter(
      (pod) =>
        isKept(pod) &&
        pod.metadata.namespace === namespace &&
        !reserved.has(pod.metadata.labels[labels.function] ?? ""),
    ).length;
  };
  const set = (key: string, next: Held | undefined) => {
    const before = held.get(key);
    if (next === undefined) held.delete(key);
    else held.set(key, next);
    if (before !== undefined && before.granted > (next?.granted ?? 0))
      for (const listener of listeners) listener(before.namespace);
  };
  for (const of of watches.functions.list()) {
    const { metadata, status } = of;
    const granted = status.reservedConcurrency;
    if (granted === undefined) continue;
    const key = `${metadata.namespace}/${metadata.name}`;
    held.set(key, { namespace: metadata.namespace, functionName: functionNameOf(of), granted });
  }

  return {
    sumOf,
    unreservedAmong,
    decide(of) {
      const { namespace, name } = of.metadata;
      const key = `${namespace}/${name}`;
      const has = held.get(key)?.granted;
      const reservation = decideReservation({
        asked: of.spec.reservedConcurrency,
        held: has,
        others: sumOf(namespace) - (has ?? 0),
        provisioned: unreservedAmong(
          namespace,
          watches.pods
            .list()
            .filter(({ metadata }) => metadata.labels[labels.function] !== labelValue(functionNameOf(of))),
        ),
        account,
        unreservedMin,
      });
      const { granted } = reservation;
      const functionName = functionNameOf(of);
      set(key, granted === undefined ? undefined : { namespace, functionName, granted });
      return reservation;
    },
    forget: (key) => set(key, undefined),
    of: (namespace, functionName) =>
      inNamespace(namespace).find((one) => one.functionName === functionName)?.granted,
    onRoom: (listener) => void listeners.add(listener),
  };
}
