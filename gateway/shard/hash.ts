/** Which placement shard a namespace belongs to: FNV-1a over its name, the same in every gateway. */
export function shardOf(namespace: string, shards: number): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < namespace.length; at++) {
    hash ^= namespace.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shards;
}
