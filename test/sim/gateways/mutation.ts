/** One safeguard left out, to see that the simulation misses it. */
export type Mutation =
  | "environments obey older epochs"
  | "what an environment says of epochs is believed"
  | "forgets environments not heard of"
  | "does not confirm its epoch"
  | "recall revokes nothing"
  | "permits come back when a link breaks"
  | "environments start a grant twice"
  | "waiting requests are forgotten by who steps down"
  | "aliases are drawn where a request arrives"
  | "a new placer knows aliases by its watch only"
  | "an assignment brings what is newest"
  | "a number goes where the alias goes"
  | "provisioned environments are used like others"
  | "what is provisioned is not set aside"
  | "a gateway whose watch is stale keeps its seat"
  | "what a dead gateway was granted is not asked back"
  | "what was granted and not sent is not given back";
