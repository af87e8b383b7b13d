/** Does nothing, as an ES module. */
export const handler = async () => ({ ok: true });
