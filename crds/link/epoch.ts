/** The number of a placer: each change of the Lease's holder makes the next one. */

/** The Lease counts them in an int32: what is beyond was never anybody's, and could not be written. */
export const epochMax = 2 ** 31 - 1;
