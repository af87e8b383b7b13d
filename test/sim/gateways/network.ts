/**
 * A network of connections: what is sent over one arrives in order and late, or not at all once it is cut; the two ends hear of the cut
 * at different times, and what was under way may still arrive at an end that has not. Pairs may be kept apart.
 */
import type { Chance } from "../../../kernel/testing/chance.ts";
import type { Time } from "./time.ts";
import type { Weather } from "./weather.ts";

export interface End<In> {
  receive(message: In): void;
  closed(): void;
}

/** One end's hold on a connection. */
export interface Wire<Out> {
  send(message: Out): void;
  close(): void;
}

export interface Network {
  /** The two wires, or undefined when the two are kept apart. */
  connect<A, B>(pair: [string, string], ends: [End<A>, End<B>]): [Wire<B>, Wire<A>] | undefined;
  part(a: string, b: string): void;
  /** How often each pair was, environments under one name. */
  partings: Map<string, number>;
  isParted(a: string, b: string): boolean;
  heal(): void;
  /** Everything of this one is cut, as when its machine goes. */
  cut(name: string): void;
}

interface Connection {
  names: [string, string];
  cut(): void;
}

/** Gateways and the API server by name. */
function kindOf(name: string): string {
  return /^e\d/.test(name) ? "environment" : name;
}

const latencyMsMax = 8;
const lateMsMax = 400;
const noticeMsMax = 600;

export function createNetwork(weather: Weather, chance: Chance, time: Time): Network {
  const parted = new Set<string>();
  const partings = new Map<string, number>();
  const connections = new Set<Connection>();
  const key = (a: string, b: string) => (a < b ? `${a}|${b}` : `${b}|${a}`);
  const latencyMs = () =>
    !weather.isCalm && chance.percent(4) ? chance.upTo(lateMsMax) : chance.upTo(latencyMsMax);

  const cutWhere = (isMeant: (connection: Connection) => boolean) => {
    for (const connection of [...connections]) if (isMeant(connection)) connection.cut();
  };
  return {
    connect(names, ends) {
      if (parted.has(key(...names))) return undefined;
      let cutAtMs = Number.POSITIVE_INFINITY;
      const isClosed: [boolean, boolean] = [false, false];
      const arrivesMs: [number, number] = [0, 0];
      const sendTo =
        <T>(side: 0 | 1, receive: (message: T) => void) =>
        (message: T) => {
          if (isClosed[side === 0 ? 1 : 0] || time.nowMs() >= cutAtMs) return;
          const atMs = Math.max(arrivesMs[side], time.nowMs() + latencyMs());
          arrivesMs[side] = atMs;
          time.after(atMs - time.nowMs(), () => {
            if (!isClosed[side] && atMs < cutAtMs) receive(message);
          });
        };
      const notice = (side: 0 | 1, ms: number) =>
        time.after(ms, () => {
          if (isClosed[side]) return;
          isClosed[side] = true;
          if (isClosed[0] && isClosed[1]) connections.delete(connection);
          ends[side].closed();
        });
      const connection: Connection = {
        names,
        cut() {
          if (cutAtMs !== Number.POSITIVE_INFINITY) return;
          // What is about to arrive may still do so.
          cutAtMs = time.nowMs() + chance.upTo(latencyMsMax);
          notice(0, latencyMsMax + chance.upTo(noticeMsMax));
          notice(1, latencyMsMax + chance.upTo(noticeMsMax));
        },
      };
      const closeFrom = (side: 0 | 1) => () => {
        if (isClosed[side]) return;
        isClosed[side] = true;
        if (cutAtMs === Number.POSITIVE_INFINITY) {
          // What was sent before still arrives; then the other end hears of it.
          notice(side === 0 ? 1 : 0, Math.max(0, arrivesMs[side === 0 ? 1 : 0] - time.nowMs()) + 1);
        }
        connections.delete(connection);
      };
      connections.add(connection);
      return [
        { send: sendTo(1, (message) => ends[1].receive(message)), close: closeFrom(0) },
        { send: sendTo(0, (message) => ends[0].receive(message)), close: closeFrom(1) },
      ];
    },
    part(a, b) {
      parted.add(key(a, b));
      const pair = key(kindOf(a), kindOf(b));
      partings.set(pair, (partings.get(pair) ?? 0) + 1);
      cutWhere(({ names }) => key(...names) === key(a, b));
    },
    partings,
    isParted: (a, b) => parted.has(key(a, b)),
    heal: () => parted.clear(),
    cut: (name) => cutWhere(({ names }) => names.includes(name)),
  };
}
