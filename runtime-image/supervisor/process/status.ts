/** Fields of /proc/<pid>/status and of its like: a name, a number, mostly in kilobytes. */

/** 0 when there is no such field. */
export function readField(status: string, field: string): number {
  const at = status.indexOf(`\n${field}:`);
  return at < 0 ? 0 : Number.parseInt(status.slice(at + field.length + 2, at + field.length + 24), 10);
}

/** Memory that only those who map it can give back, in kilobytes: anonymous and shared pages, not those of files. */
export const readResident = (status: string) => ({
  anonymous: readField(status, "RssAnon"),
  shared: readField(status, "RssShmem"),
});
