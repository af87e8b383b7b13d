/**
 * The code store: archives by name in a NATS object store bucket. Names hold the hash of what they name, so that an object
 * never changes and may be written twice; readers check the hash.
 */
import { type ObjectStore, Objm, StorageType } from "@nats-io/obj";
import type { NatsConnection } from "@nats-io/transport-node";

export interface StoredObject {
  name: string;
  bytes: number;
  /** Epoch milliseconds. */
  storedAtMs: number;
}

export interface CodeStore {
  /** Overwrites what has that name. */
  put(name: string, content: Uint8Array | ReadableStream<Uint8Array>): Promise<void>;
  /** Undefined when there is no such object. A corrupt one fails its reader; a server gone silent does not: bound the wait. */
  get(name: string): Promise<{ bytes: number; stream: ReadableStream<Uint8Array> } | undefined>;
  has(name: string): Promise<boolean>;
  /** Already gone is fine. */
  remove(name: string): Promise<void>;
  list(): Promise<StoredObject[]>;
}

export interface StoreDep {
  store: CodeStore;
}

export const bucket = "kambda-code";
/** One chunk's acknowledgement: a busy disk may take its time. */
export const putMsMax = 30_000;

export interface StoreOptions {
  /** Copies of each object among the NATS servers. */
  replicas: number;
}

/** The bucket is made on first use, and again if it was lost. */
export function createCodeStore(connection: NatsConnection, options: StoreOptions): CodeStore {
  const manager = new Objm(connection);
  let opened: Promise<ObjectStore> | undefined;
  const open = (): Promise<ObjectStore> => {
    opened ??= manager
      .create(bucket, {
        storage: StorageType.File,
        replicas: options.replicas,
        description: "Code of functions",
      })
      .catch((error: unknown) => {
        opened = undefined;
        throw new Error("cannot open the code store", { cause: error });
      });
    return opened;
  };

  return {
    async put(name, content) {
      const store = await open();
      if (content instanceof Uint8Array) await store.putBlob({ name }, content, { timeout: putMsMax });
      else await store.put({ name }, content, { timeout: putMsMax });
    },
    async get(name) {
      const result = await (await open()).get(name);
      if (result === null) return undefined;
      // The stream itself fails with the same error; this promise would only fail a second time, unheard.
      result.error.catch(() => undefined);
      return { bytes: result.info.size, stream: result.data };
    },
    async has(name) {
      const info = await (await open()).info(name);
      return info !== null && !info.deleted;
    },
    async remove(name) {
      const store = await open();
      const info = await store.info(name);
      if (info !== null && !info.deleted) await store.delete(name);
    },
    async list() {
      const infos = await (await open()).list();
      return infos
        .filter((info) => !info.deleted)
        .map((info) => ({ name: info.name, bytes: info.size, storedAtMs: Date.parse(info.mtime) }));
    },
  };
}
