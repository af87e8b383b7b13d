/** What gateways and environments say in the simulation: the link's messages without their payloads. */

export type ToEnvironment =
  | { type: "epoch"; epoch: number }
  | { type: "assign"; epoch: number; revision: string; code: string }
  | { type: "invoke"; epoch: number; grant: string; requestId: string; revision: string }
  | { type: "recall"; epoch: number; grant: string }
  | { type: "shutdown"; epoch: number };

export type ToGateway =
  | {
      type: "standing";
      epoch: number;
      revision: string | undefined;
      running: string | undefined;
      last: string | undefined;
    }
  | { type: "initialized"; revision: string }
  | { type: "end"; requestId: string; grant: string; ran: boolean }
  | { type: "released"; grant: string }
  | { type: "recalled"; grant: string; was: "notStarted" | "running" | "ended" }
  | { type: "leaving"; last: string };
