/** How many environments of a Revision may be provisioned, purely: they come out of its function's reservation, or of what is unreserved. */

export interface ProvisionQuestion {
  wanted: number;
  /** Those that are there already: they stay. */
  there: number;
  /** What the function has reserved. */
  reserved: number | undefined;
  /** Provisioned environments that draw on the same: the function's other versions', or those of all functions without a reservation. */
  others: number;
  account: number;
  /** What all functions of the namespace have reserved. */
  reservedSum: number;
  unreservedMin: number;
}

export interface Provision {
  allowed: number;
  problem?: string;
}

export function decideProvision(question: ProvisionQuestion): Provision {
  const { wanted, there, reserved, others, account, reservedSum, unreservedMin } = question;
  const room = Math.max(0, (reserved ?? account - unreservedMin - reservedSum) - others);
  if (wanted <= room) return { allowed: wanted };
  const why =
    reserved === undefined
      ? `of the account's ${account}, ${unreservedMin} must stay unreserved, ${reservedSum} are reserved and ${others} provisioned for others`
      : `the function reserves ${reserved}, and ${others} are provisioned for its other versions`;
  return {
    allowed: Math.min(wanted, Math.max(room, there)),
    problem: `${wanted} provisioned environments are not to be had: ${why}, so at most ${room} can be provisioned here.`,
  };
}
