/**
 * What a listener's requests hold in memory: bytes are counted when they have come, and given back when they were sent on or the request
 * has its answer. Past the bound bodies are refused, so that neither many slow clients nor many slow starts end the gateway; past a
 * tenant's part only his own are (H3).
 */
export interface Share {
  /** False when there is no room for so many more: it then holds nothing at all. */
  take(bytes: number): boolean;
  /** Gives everything back; a second time there is nothing to give. */
  release(): void;
}

export interface RoomLimits {
  bytesMax: number;
  bytesMaxPerTenant: number;
}

/** Makes a share for each request. */
export function createRoom({ bytesMax, bytesMaxPerTenant }: RoomLimits): (tenant: string) => Share {
  let heldInAll = 0;
  const heldBy = new Map<string, number>();

  return (tenant) => {
    let own = 0;
    const count = (bytes: number) => {
      const held = (heldBy.get(tenant) ?? 0) + bytes;
      if (held === 0) heldBy.delete(tenant);
      else heldBy.set(tenant, held);
      heldInAll += bytes;
      own += bytes;
    };
    const release = () => count(-own);
    return {
      take(bytes) {
        if (heldInAll + bytes > bytesMax || (heldBy.get(tenant) ?? 0) + bytes > bytesMaxPerTenant) {
          release();
          return false;
        }
        count(bytes);
        return true;
      },
      release,
    };
  };
}
