/** Which of two states of an object is the later: the API server numbers its writes (decimal, ever higher), and promises that they compare. */
export function isNewer(version: string, than: string): boolean {
  return version.length === than.length ? version > than : version.length > than.length;
}
