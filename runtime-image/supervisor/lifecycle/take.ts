/** Whether a process that is running can become a function's. Pure. */

type Variables = Readonly<Record<string, string>>;

/** The reason why not; undefined when it can. */
export function cannotTake(
  startedWith: Variables,
  wanted: Variables,
  startOnly: readonly string[] | undefined,
): string | undefined {
  if (startOnly === undefined) return "what it cannot take is not known";
  const name = startOnly.find((one) => startedWith[one] !== wanted[one]);
  return name === undefined ? undefined : `${name} is read at its start only`;
}
