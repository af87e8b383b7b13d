/** What a simulated gateway or environment has around it: the world, and the gateways in it. */
import type { Target } from "../../../gateway/placer/state.ts";
import type { PlacerMessage, ShardEvent } from "../../../gateway/shard/event.ts";
import type { ShardState } from "../../../gateway/shard/state.ts";
import type { Chance } from "../../../kernel/testing/chance.ts";
import type { Api } from "./api.ts";
import type { SimFunction } from "./functions.ts";
import type { ToEnvironment, ToGateway } from "./messages.ts";
import type { Mutation } from "./mutation.ts";
import type { Network, Wire } from "./network.ts";
import type { Time } from "./time.ts";
import type { Weather } from "./weather.ts";

export interface Request {
  id: string;
  of: SimFunction;
  at: string;
  /** V1: the version it asks for by its number. */
  version: number | undefined;
  /** In [0, 1), for the alias's draw: drawn once, where it came. */
  chance: number;
  /** V2: the newest change of the alias by which anything had run anywhere when it came. */
  changeMin: number;
  answers: number;
  ranIn: string[];
}

export interface World {
  chance: Chance;
  time: Time;
  network: Network;
  api: Api;
  weather: Weather;
  mutation: Mutation | undefined;
  slots: number;
  /** Besides what truly runs, what each placer believes is looked through after every event: too dear for every world. */
  areBooksChecked: boolean;
  gatewayAt(slot: number): SimGateway | undefined;
  createPod(target: Target, done: (podId: string | undefined) => void): void;
  podEnded(id: string): void;
  /** `epoch`: under which it was granted. */
  began(requestId: string, environmentId: string, epoch: number): void;
  answered(request: Request): void;
  /** Of somebody and somebody else. */
  partSomebody(): void;
  /** Their gateway is gone, and their clients' connections with it. */
  abandonedAt(gateway: string): void;
}

/** What an environment says of itself when it dials. */
export interface Hello {
  revision: string | undefined;
  running: string | undefined;
  last: string | undefined;
}

export interface SimGateway {
  readonly id: string;
  readonly slot: number;
  readonly state: ShardState;
  isAlive(): boolean;
  happen(event: ShardEvent): void;
  request(request: Request): void;
  linked(environmentId: string, wire: Wire<ToEnvironment>, hello: Hello): void;
  unlinked(environmentId: string, wire: Wire<ToEnvironment>): void;
  hear(environmentId: string, message: ToGateway): void;
  serves(peer: string, wire: Wire<PlacerMessage>): void;
  servesNoMore(peer: string, wire: Wire<PlacerMessage>): void;
  podGone(id: string): void;
  /** By the watch. */
  aliasTold(change: number): void;
  /** Its watches tell nothing for so long, or until they are mended. */
  hangWatches(ms: number): void;
  mendWatches(): void;
  areWatchesHung(): boolean;
  isPaused(): boolean;
  pause(ms: number): void;
  crash(): void;
}
