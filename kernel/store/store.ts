/**
 * The code store: archives by name in a NATS object store bucket. Names hold the hash of what they name, so that an object
 * never changes and may be written twice; readers check the hash.
 */
import { JetStreamApiCodes, JetStreamApiError } from "@nats-io/jetstream";
import { type ObjectStore, Objm, StorageType } from "@nats-io/obj";
import { errors, type NatsConnection } from "@nats-io/transport-node";

export interface StoredObject {
  name: string;
  bytes: number;
  /** Epoch milliseconds. */
  storedAtMs: number;
}

export interface CodeStore {
  /** Overwrites what has that name. */
  put(name: string, content: Uint8Array | ReadableStream<Uint8Array>): Promise<void>;
  /**
   * Undefined when there is no such object. A corrupt one fails its reader; a server gone silent does not: bound the wait. Rejects without
   * asking once the signal has fired; who gives up later leaves what comes unread (`unread.ts`).
   */
  get(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ bytes: number; stream: ReadableStream<Uint8Array> } | undefined>;
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
  /** Its own for each installation that shares a server; `bucket` unless said. */
  bucket?: string;
}

/**
 * `connection` may still be coming: whoever asks meanwhile waits for it. The bucket is made on first use, and again if it was lost: a
 * server that keeps nothing over a restart forgets it.
 */
export function createCodeStore(
  connection: NatsConnection | Promise<NatsConnection>,
  options: StoreOptions,
): CodeStore {
  let opened: Promise<ObjectStore> | undefined;
  const create = async (): Promise<ObjectStore> =>
    new Objm(await connection).create(options.bucket ?? bucket, {
      storage: StorageType.File,
      replicas: options.replicas,
      description: "Code of functions",
    });
  const open = (): Promise<ObjectStore> => {
    opened ??= create().catch((error: unknown) => {
      opened = undefined;
      throw new Error("cannot open the code store", { cause: error });
    });
    return opened;
  };
  /** A lost bucket is made anew, once: what cannot be done in the new one is the caller's to hear of. */
  const inBucket = async <T>(work: (store: ObjectStore) => Promise<T>, canRepeat = true): Promise<T> => {
    const used = open();
    try {
      return await work(await used);
    } catch (error) {
      if (!isLost(error)) throw error;
      if (opened === used) opened = undefined;
      if (!canRepeat) throw error;
      return await work(await open());
    }
  };

  return {
    async put(name, content) {
      const timeout = putMsMax;
      if (content instanceof Uint8Array) {
        await inBucket((store) => store.putBlob({ name }, content, { timeout }));
      } else {
        // A stream is read once: the caller comes again with another, and then finds the new bucket.
        await inBucket((store) => store.put({ name }, content, { timeout }), false);
      }
    },
    async get(name, signal) {
      const result = await inBucket((store) => {
        // The connection may have been long in coming.
        signal?.throwIfAborted();
        return store.get(name);
      });
      if (result === null) return undefined;
      // The stream itself fails with the same error; this promise would only fail a second time, unheard.
      result.error.catch(() => undefined);
      return { bytes: result.info.size, stream: result.data };
    },
    async has(name) {
      const info = await inBucket((store) => store.info(name));
      return info !== null && !info.deleted;
    },
    async remove(name) {
      await inBucket(async (store) => {
        const info = await store.info(name);
        if (info !== null && !info.deleted) await store.delete(name);
      });
    },
    async list() {
      const infos = await inBucket((store) => store.list());
      return infos
        .filter((info) => !info.deleted)
        .map((info) => ({ name: info.name, bytes: info.size, storedAtMs: Date.parse(info.mtime) }));
    },
  };
}

/** Reads say that the stream is not there; writes to its subjects find nobody who takes them. */
function isLost(error: unknown): boolean {
  if (error instanceof errors.NoRespondersError) return true;
  return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}
