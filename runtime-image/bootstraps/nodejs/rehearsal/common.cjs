/** Does nothing, as a CommonJS module. */
exports.handler = async () => ({ ok: true });
