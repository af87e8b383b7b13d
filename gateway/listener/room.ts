/**
 * What a listener's requests hold in memory: bytes are counted as they come, and given back when they were sent on or the request has
 * its answer. Past the bound bodies are refused, so that neither many slow clients nor many slow starts end the gateway.
 */
export interface Share {
  /** False when there is no room for so many more: it then holds nothing at all. */
  take(bytes: number): boolean;
  /** Gives everything back; a second time there is nothing to give. */
  release(): void;
}

/** Makes a share for each request. */
export function createRoom(bytesMax: number): () => Share {
  let held = 0;
  return () => {
    let own = 0;
    const release = () => {
      held -= own;
      own = 0;
    };
    return {
      take(bytes) {
        if (held + bytes > bytesMax) {
          release();
          return false;
        }
        held += bytes;
        own += bytes;
        return true;
      },
      release,
    };
  };
}
