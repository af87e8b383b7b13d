/** A code store in memory, for tests and simulation; held to the same contract as the real one. */
import type { ClockDep } from "../clock/clock.ts";
import type { CodeStore } from "./store.ts";

export function createMemoryStore(deps: ClockDep): CodeStore {
  const objects = new Map<string, { content: Uint8Array<ArrayBuffer>; storedAtMs: number }>();
  return {
    async put(name, content) {
      const bytes = content instanceof Uint8Array ? Uint8Array.from(content) : await readAll(content);
      objects.set(name, { content: bytes, storedAtMs: deps.clock.nowMs() });
    },
    async get(name, signal) {
      signal?.throwIfAborted();
      const found = objects.get(name);
      if (found === undefined) return undefined;
      return { bytes: found.content.length, stream: new Blob([found.content]).stream() };
    },
    has: async (name) => objects.has(name),
    remove: async (name) => void objects.delete(name),
    list: async () =>
      [...objects].map(([name, { content, storedAtMs }]) => ({ name, bytes: content.length, storedAtMs })),
  };
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Uint8Array.from(Buffer.concat(chunks));
}
