/** A line in which tenants take turns: who brings much waits behind himself, not others behind him. Bounded in bytes. Pure. */

export interface Line<T> {
  /** False when there is no room for it. */
  add(tenant: string, bytes: number, item: T): boolean;
  /** The first of the tenant who has waited longest for a turn. */
  take(): T | undefined;
}

export interface LineLimits {
  bytesMax: number;
  bytesMaxPerTenant: number;
}

interface Tenant<T> {
  bytes: number;
  waiting: { bytes: number; item: T }[];
}

export function createLine<T>({ bytesMax, bytesMaxPerTenant }: LineLimits): Line<T> {
  /** In the order of their turns; who has nothing waiting is not in it. */
  const tenants = new Map<string, Tenant<T>>();
  let bytesInAll = 0;

  return {
    add(name, bytes, item) {
      const tenant = tenants.get(name) ?? { bytes: 0, waiting: [] };
      if (bytesInAll + bytes > bytesMax || tenant.bytes + bytes > bytesMaxPerTenant) return false;
      tenant.waiting.push({ bytes, item });
      tenant.bytes += bytes;
      bytesInAll += bytes;
      tenants.set(name, tenant);
      return true;
    },
    take() {
      for (const [name, tenant] of tenants) {
        tenants.delete(name);
        const first = tenant.waiting.shift();
        if (first === undefined) continue;
        tenant.bytes -= first.bytes;
        bytesInAll -= first.bytes;
        // Behind all others now.
        if (tenant.waiting.length > 0) tenants.set(name, tenant);
        return first.item;
      }
      return undefined;
    },
  };
}
