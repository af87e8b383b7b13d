/**
 * What the functions of each namespace have reserved, and what their Revisions may keep provisioned, as this process granted it: the
 * watch tells of a grant only after the next one may have been asked for, and two grants out of the same room would be one too many.
 */
import type { FunctionObject } from "../../crds/function/schema.ts";
import { functionNameOf, labelValue } from "../../crds/names.ts";
import { readKey } from "../../kernel/reflector/cache.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import type { PodView } from "../pod/view.ts";
import type { Watches } from "../watches.ts";
import { decideProvision, type Provision } from "./provision.ts";
import { createProvisions, type Provisioned } from "./provisions.ts";
import { decideReservation, type Reservation } from "./reservation.ts";

export interface Reservations {
  /** What the function gets now; remembered until it is asked for again, or the function is forgotten. */
  decide(of: FunctionObject): Reservation;
  /** The Function, by its object's key, is gone. */
  forget(key: string): void;
  /** What the function of that name has. */
  of(namespace: string, functionName: string): number | undefined;
  sumOf(namespace: string): number;
  /** How many environments the Revision may keep now; remembered until it is asked for again. `pods` are its namespace's. */
  provide(asked: ProvisionAsked, pods: readonly PodView[]): Provision;
  /** The Revision, by `namespace/name`, is gone. */
  forgetProvision(revisionKey: string): void;
  /** Told when a namespace's reservations, or what it keeps provisioned, have become less. */
  onRoom(listener: (namespace: string) => void): void;
}

export interface ProvisionAsked {
  namespace: string;
  /** The Revision's name. */
  revision: string;
  functionName: string;
  wanted: number;
  /** Those that are there: they stay. */
  there: number;
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
  const provisions = createProvisions();
  const listeners = new Set<(namespace: string) => void>();
  const { concurrentExecutions: account, unreservedMin } = settings.account;

  const inNamespace = (namespace: string) => [...held.values()].filter((one) => one.namespace === namespace);
  const sumOf = (namespace: string) => inNamespace(namespace).reduce((sum, { granted }) => sum + granted, 0);
  const of = (namespace: string, functionName: string) =>
    inNamespace(namespace).find((one) => one.functionName === functionName)?.granted;
  const unreservedOf = (namespace: string, pods: readonly PodView[]) => {
    const reserved = new Set(inNamespace(namespace).map(({ functionName }) => labelValue(functionName)));
    return provisions.among(namespace, pods).filter(({ functionLabel }) => !reserved.has(functionLabel));
  };
  const tellRoom = (namespace: string) => {
    for (const listener of listeners) listener(namespace);
  };
  const set = (key: string, next: Held | undefined) => {
    const before = held.get(key);
    if (next === undefined) held.delete(key);
    else held.set(key, next);
    if (before !== undefined && before.granted > (next?.granted ?? 0)) tellRoom(before.namespace);
  };
  for (const one of watches.functions.list()) {
    const { metadata, status } = one;
    const granted = status.reservedConcurrency;
    if (granted === undefined) continue;
    const key = `${metadata.namespace}/${metadata.name}`;
    held.set(key, { namespace: metadata.namespace, functionName: functionNameOf(one), granted });
  }

  const grant = (provisioned: Provisioned) => {
    const before = provisions.set(provisioned);
    if (before > provisioned.count) tellRoom(readKey(provisioned.key).namespace);
  };

  return {
    of,
    sumOf,
    decide(one) {
      const { namespace, name } = one.metadata;
      const key = `${namespace}/${name}`;
      const has = held.get(key)?.granted;
      const functionName = functionNameOf(one);
      const provisioned = unreservedOf(namespace, watches.pods.list()).filter(
        ({ functionLabel }) => functionLabel !== labelValue(functionName),
      );
      const reservation = decideReservation({
        asked: one.spec.reservedConcurrency,
        held: has,
        others: sumOf(namespace) - (has ?? 0),
        provisioned: countOf(provisioned),
        account,
        unreservedMin,
      });
      const { granted } = reservation;
      set(key, granted === undefined ? undefined : { namespace, functionName, granted });
      return reservation;
    },
    forget: (key) => set(key, undefined),
    provide({ namespace, revision, functionName, wanted, there }, pods) {
      const key = `${namespace}/${revision}`;
      const functionLabel = labelValue(functionName);
      const reserved = of(namespace, functionName);
      const drawing =
        reserved === undefined
          ? unreservedOf(namespace, pods)
          : provisions.among(namespace, pods).filter((one) => one.functionLabel === functionLabel);
      const provision = decideProvision({
        wanted,
        there,
        reserved,
        others: countOf(drawing.filter((one) => one.key !== key)),
        account,
        reservedSum: sumOf(namespace),
        unreservedMin,
      });
      grant({ key, functionLabel, count: provision.allowed });
      return provision;
    },
    forgetProvision: (key) => grant({ key, functionLabel: "", count: 0 }),
    onRoom: (listener) => void listeners.add(listener),
  };
}

function countOf(provisioned: readonly { count: number }[]): number {
  return provisioned.reduce((sum, { count }) => sum + count, 0);
}
