/** Whether a function gets the concurrency it asks to reserve, purely. One that is refused keeps what it had. */

export interface ReservationQuestion {
  asked: number | undefined;
  /** What it has now. */
  held: number | undefined;
  /** What the other functions of the namespace have reserved. */
  others: number;
  /** Provisioned environments of functions without a reservation. */
  provisioned: number;
  account: number;
  /** What must stay unreserved. */
  unreservedMin: number;
}

export interface Reservation {
  granted: number | undefined;
  /** Why what is asked for is not granted. */
  problem?: string;
}

/** To reserve less always goes: it gives back. */
export function decideReservation(question: ReservationQuestion): Reservation {
  const { asked, held, others, provisioned, account, unreservedMin } = question;
  if (asked === undefined || asked === 0) return { granted: asked };
  const most = Math.max(0, account - unreservedMin - others - provisioned);
  if (asked <= most || (held !== undefined && asked <= held)) return { granted: asked };
  const meanwhile = held === undefined ? "it runs unreserved" : `it keeps the ${held} it has`;
  return {
    granted: held,
    problem: `reservedConcurrency: ${asked} is not to be had: at least ${unreservedMin} of the account's ${account} must stay unreserved, other functions reserve ${others} and ${provisioned} are provisioned, so at most ${most} can be reserved here; ${meanwhile}.`,
  };
}
