/** What any code store does: run against the one in memory and the one over NATS, so that tests on the first hold for both. */
import assert from "node:assert/strict";
import type { CodeStore } from "./store.ts";

export const storeContract: Record<string, (store: CodeStore) => Promise<void>> = {
  async "gives back the bytes it was given"(store) {
    const content = new Uint8Array(300_000).map((_, index) => index % 251);
    await store.put("a.tar.zst", content);
    const got = await store.get("a.tar.zst");
    assert.equal(got?.bytes, 300_000);
    assert.deepEqual(new Uint8Array(await new Response(got?.stream).arrayBuffer()), content);
  },
  async "takes a stream"(store) {
    await store.put("b", new Blob(["one", "two"]).stream());
    const got = await store.get("b");
    assert.equal(await new Response(got?.stream).text(), "onetwo");
  },
  async "has no object that was never put or was removed"(store) {
    assert.equal(await store.get("never"), undefined);
    assert.equal(await store.has("never"), false);
    await store.put("gone", new Uint8Array([1]));
    assert.equal(await store.has("gone"), true);
    await store.remove("gone");
    assert.equal(await store.get("gone"), undefined);
    assert.equal(await store.has("gone"), false);
  },
  async "asks nothing for a caller whose time is over"(store) {
    await store.put("there", new Uint8Array([1]));
    await assert.rejects(store.get("there", AbortSignal.abort(new Error("too late"))), /too late/);
  },
  async "removes what is not there without complaint"(store) {
    await store.remove("nothing");
  },
  async "holds the newest of two puts and lists it once"(store) {
    await store.put("twice", new Uint8Array([1]));
    await store.put("twice", new Uint8Array([2, 3]));
    const listed = (await store.list()).filter((object) => object.name === "twice");
    assert.deepEqual(
      listed.map((object) => object.bytes),
      [2],
    );
    const got = await store.get("twice");
    assert.deepEqual(new Uint8Array(await new Response(got?.stream).arrayBuffer()), new Uint8Array([2, 3]));
  },
};
