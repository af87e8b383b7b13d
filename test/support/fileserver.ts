/** A file server and S3-compatible endpoint in a pod, for code that comes by address. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./installation.ts";
import { scriptPod } from "./pod.ts";
import { until } from "./until.ts";

export interface FileServer {
  /** `http://<pod address>:8000` */
  address: string;
  /** Stores the bytes under a name; gives what a manifest needs to fetch them. */
  put(name: string, bytes: Uint8Array): Promise<{ url: string; sha256: string }>;
}

export const accessKeyId = "AKIDTESTSOFCODE";

const startSeconds = 30;
/** Writes its standard input, base64, to the path given. */
const receive = "await Bun.write(process.argv[1], Buffer.from(await Bun.stdin.text(), 'base64'))";

export async function fileServer(namespace: string): Promise<FileServer> {
  const pod = await scriptPod({
    namespace,
    name: "files",
    script: readFileSync(join(checkout, "test/support/pods/fileserver.ts"), "utf8"),
    env: { ACCESS_KEY_ID: accessKeyId },
  });
  await until("the file server to serve", startSeconds, async () => (await pod.log()).includes("serving"));
  const address = `http://${pod.address}:8000`;
  return {
    address,
    async put(name, bytes) {
      await pod.exec(["bun", "-e", receive, `/files/${name}`], Buffer.from(bytes).toString("base64"));
      return {
        url: `${address}/files/${name}`,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      };
    },
  };
}
