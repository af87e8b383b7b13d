/**
 * Runs in a pod: serves code archives over HTTP, well and badly, and answers GetObject as an S3-compatible service would.
 * Files come in by `kubectl exec` into its working folder.
 */
const port = 8000;
const accessKeyId = process.env.ACCESS_KEY_ID ?? "";
const chunk = new Uint8Array(64 * 1024);
/** More than the largest archive that is allowed. */
const hugeChunks = 1024;

Bun.serve({
  port,
  idleTimeout: 120,
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const [, verb = "", ...rest] = pathname.split("/");
    switch (verb) {
      case "ready":
        return new Response("ready");
      case "files":
        return file(rest.join("/"));
      case "redirect":
        return Response.redirect(searchParams.get("to") ?? "/", 302);
      case "huge":
        return new Response(stream(hugeChunks, 0));
      case "slow":
        return new Response(stream(hugeChunks, 1000));
      case "broken":
        return new Response("no such thing here, and a secret: hunter2", { status: 500 });
      case "bucket":
        return await s3(request, rest.join("/"));
      default:
        return new Response("not found", { status: 404 });
    }
  },
});
console.log(`serving on ${port}`);

async function file(name: string): Promise<Response> {
  const found = Bun.file(`/files/${name}`);
  return (await found.exists()) ? new Response(found) : new Response("not found", { status: 404 });
}

/** `chunks` pieces, `pauseMs` apart. */
function stream(chunks: number, pauseMs: number): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent++ >= chunks) return controller.close();
      if (pauseMs > 0) await Bun.sleep(pauseMs);
      controller.enqueue(chunk);
    },
  });
}

/** Checks who signed, not the signature: what is under test is that credentials are used, and whose. */
async function s3(request: Request, key: string): Promise<Response> {
  const authorization = request.headers.get("authorization") ?? "";
  if (!authorization.startsWith(`AWS4-HMAC-SHA256 Credential=${accessKeyId}/`)) {
    return xml(403, "AccessDenied", "Access Denied");
  }
  const found = Bun.file(`/files/${key}`);
  if (!(await found.exists())) return xml(404, "NoSuchKey", "The specified key does not exist.");
  const bytes = await found.arrayBuffer();
  return new Response(bytes, {
    headers: { "content-type": "application/zip", etag: '"0"', "x-amz-version-id": "null" },
  });
}

function xml(status: number, code: string, message: string): Response {
  const text = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(text, { status, headers: { "content-type": "application/xml" } });
}
