/** Code from every source, the limits it has, each refusal with a reason to act on. */
import { beforeAll, describe, expect, test } from "bun:test";
import { accessKeyId, type FileServer, fileServer } from "../support/fileserver.ts";
import { judge } from "../support/judge.ts";
import type { Manifest } from "../support/kubectl.ts";
import {
  aConfigMap,
  aFunction,
  aSecret,
  type FunctionManifest,
  type FunctionSpecInput,
} from "../support/manifest.ts";
import { testNamespace } from "../support/namespace.ts";
import { productImage } from "../support/release.ts";
import { until } from "../support/until.ts";
import { symbolicLink, type ZipEntry, zip } from "../support/zip.ts";

const namespace = testNamespace("code");
let server: FileServer;

/** Code that answers where it came from. */
const from = (source: string) => ({ "index.mjs": `export const handler = async () => "${source}";\n` });
const answer = async (name: string) => (await namespace.sdk.invoke(name)).json<string>();

const judged = (name: string, spec: Partial<FunctionSpecInput>) => judge(namespace, aFunction(name, spec));

beforeAll(async () => {
  server = await fileServer(namespace.name);
});

describe("code comes", () => {
  test("inline, several files in folders", async () => {
    const inline = {
      "index.mjs": `import { word } from "./lib/word.mjs"; export const handler = async () => word;`,
      "lib/word.mjs": `export const word = "inline";`,
    };
    await namespace.ready(aFunction("inline", { code: { inline } }));
    expect(await answer("inline")).toBe("inline");
  });

  test("as a base64 zip, and CodeSha256 is the zip's", async () => {
    const archive = zip(from("zip"));
    await namespace.ready(aFunction("zipped", { code: { zipFile: archive.toString("base64") } }));
    expect(await answer("zipped")).toBe("zip");
    const sha256 = new Bun.CryptoHasher("sha256").update(archive).digest("base64");
    expect((await namespace.status("zipped")).codeSha256).toBe(sha256);
  });

  test("from a ConfigMap's keys, and again when the function is annotated to have it fetched anew", async () => {
    await namespace.apply(aConfigMap("files", from("configMap")));
    await namespace.ready(aFunction("configmap", { code: { configMap: { name: "files" } } }));
    expect(await answer("configmap")).toBe("configMap");
    await namespace.apply(aConfigMap("files", from("changed")));
    await namespace.kubectl("annotate", "function", "configmap", "kambda.dev/refetch=now");
    await until("the changed ConfigMap's code to serve", 60, async () => {
      return (await answer("configmap")) === "changed";
    });
  });

  test("from a zip in a ConfigMap", async () => {
    const binaryData = { "code.zip": zip(from("configMap zip")).toString("base64") };
    const map = { ...aConfigMap("archive", {}), binaryData } as Manifest;
    await namespace.apply(map);
    const code = { configMap: { name: "archive", zipKey: "code.zip" } };
    await namespace.ready(aFunction("configmap-zip", { code }));
    expect(await answer("configmap-zip")).toBe("configMap zip");
  });

  test("from a URL with its hash", async () => {
    await namespace.ready(aFunction("by-url", { code: await server.put("url.zip", zip(from("url"))) }));
    expect(await answer("by-url")).toBe("url");
  });

  test("from a URL that redirects", async () => {
    const { url, sha256 } = await server.put("redirected.zip", zip(from("redirect")));
    const redirect = `${server.address}/redirect?to=${encodeURIComponent(url)}`;
    await namespace.ready(aFunction("by-redirect", { code: { url: redirect, sha256 } }));
    expect(await answer("by-redirect")).toBe("redirect");
  });

  test("from S3, with credentials from a Secret", async () => {
    await server.put("s3.zip", zip(from("s3")));
    await namespace.apply(aSecret("bucket-reader", { accessKeyId, secretAccessKey: "secret" }));
    const s3 = {
      bucket: "code",
      key: "s3.zip",
      endpoint: server.address,
      region: "us-east-1",
      credentialsSecret: { name: "bucket-reader" },
    };
    await namespace.ready(aFunction("by-s3", { code: { s3: { ...s3, bucket: "bucket" } } }));
    expect(await answer("by-s3")).toBe("s3");
  });
});

describe("a container image", () => {
  /** A program that speaks the Runtime API itself, as the entry point of any image would. */
  const program = `const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime/invocation/";
    for (;;) {
      const next = await fetch(base + "next");
      const id = next.headers.get("lambda-runtime-aws-request-id");
      const body = JSON.stringify({ image: process.argv.slice(1), event: await next.json() });
      await (await fetch(base + id + "/response", { method: "POST", body })).text();
    }`;

  test("is a function: its entry point serves, with the command as its arguments", async () => {
    const image = await productImage();
    const { runtime: _, handler: __, ...spec } = aFunction("by-image").spec;
    const byImage: FunctionManifest = {
      ...aFunction("by-image"),
      spec: {
        ...spec,
        code: { imageUri: image },
        imageConfig: {
          entryPoint: ["bun", "-e", program],
          command: ["one", "two"],
          workingDirectory: "/tmp",
        },
      },
    };
    await namespace.ready(byImage);
    const invocation = await namespace.sdk.invoke("by-image", { n: 1 });
    expect(invocation.json<unknown>()).toEqual({ image: ["one", "two"], event: { n: 1 } });
    const [environment] = await namespace.environmentsOf("by-image");
    const podSpec = environment?.spec as { containers: { image: string }[] } | undefined;
    expect(podSpec?.containers.map((container) => container.image)).toEqual([image]);
  });
});

describe("refused with a reason to act on:", () => {
  const failing: {
    title: string;
    code: (server: FileServer) => Promise<FunctionSpecInput["code"]> | FunctionSpecInput["code"];
    reasonCode: string;
    says: RegExp;
  }[] = [
    {
      title: "an archive that is another than its hash says",
      code: async (files) => ({ ...(await files.put("a.zip", zip(from("a")))), sha256: "0".repeat(64) }),
      reasonCode: "SourceHashMismatch",
      says: /sha-?256/i,
    },
    {
      title: "a URL that is not there",
      code: (files) => ({ url: `${files.address}/files/none.zip`, sha256: "0".repeat(64) }),
      reasonCode: "SourceNotFound",
      says: /404/,
    },
    {
      title: "an object that is not there",
      code: (files) => ({
        s3: {
          bucket: "bucket",
          key: "none.zip",
          endpoint: files.address,
          credentialsSecret: { name: "reader" },
        },
      }),
      reasonCode: "SourceNotFound",
      says: /none\.zip/,
    },
    {
      title: "credentials the bucket does not take",
      code: (files) => ({
        s3: {
          bucket: "bucket",
          key: "a.zip",
          endpoint: files.address,
          credentialsSecret: { name: "stranger" },
        },
      }),
      reasonCode: "SourceAccessDenied",
      says: /denied|403/i,
    },
    {
      title: "a Secret that is not there",
      code: (files) => ({
        s3: {
          bucket: "bucket",
          key: "a.zip",
          endpoint: files.address,
          credentialsSecret: { name: "missing" },
        },
      }),
      reasonCode: "SourceNotFound",
      says: /Secret.*missing|missing.*Secret/,
    },
    {
      title: "a ConfigMap that is not there",
      code: () => ({ configMap: { name: "missing" } }),
      reasonCode: "SourceNotFound",
      says: /ConfigMap.*missing|missing.*ConfigMap/,
    },
    {
      title: "more than 50 MB of archive, however long it goes on",
      code: (files) => ({ url: `${files.address}/huge`, sha256: "0".repeat(64) }),
      reasonCode: "CodeStorageExceeded",
      says: /52428800|50 MB/,
    },
    {
      title: "a server that never ends, when its time is over",
      code: (files) => ({ url: `${files.address}/slow`, sha256: "0".repeat(64) }),
      reasonCode: "SourceUnreachable",
      says: /longer than 20000 ms/,
    },
    {
      title: "bytes that are no zip",
      code: (files) => files.put("text.zip", Buffer.from("just text")),
      reasonCode: "InvalidZipFileException",
      says: /zip/i,
    },
    {
      title: "an archive that is cut short",
      code: (files) => files.put("cut.zip", zip(from("cut")).subarray(0, 60)),
      reasonCode: "InvalidZipFileException",
      says: /zip/i,
    },
    {
      title: "a path that leaves /var/task",
      code: () => zipped([{ name: "../../kambda/evil.js", content: "x" }]),
      reasonCode: "InvalidZipFileException",
      says: /\.\.\/\.\.\/kambda\/evil\.js/,
    },
    {
      title: "an absolute path",
      code: () => zipped([{ name: "/etc/cron.d/evil", content: "x" }]),
      reasonCode: "InvalidZipFileException",
      says: /\/etc\/cron\.d\/evil/,
    },
    {
      title: "a symbolic link outwards",
      code: () => zipped([{ name: "link", content: "../../etc/passwd", mode: symbolicLink }]),
      reasonCode: "InvalidZipFileException",
      says: /link/,
    },
    {
      title: "a bomb: 300 MB out of little",
      code: async (files) => await files.put("bomb.zip", zip([{ name: "zeros", content: zeros(300) }])),
      reasonCode: "CodeStorageExceeded",
      says: /262144000|250 MB/,
    },
    {
      title: "a bomb that lies about its size",
      code: async (files) =>
        await files.put("liar.zip", zip([{ name: "zeros", content: zeros(300), claimedBytes: 10 }])),
      reasonCode: "InvalidZipFileException",
      says: /zeros|size|bytes/i,
    },
    {
      title: "an unknown runtime",
      code: () => ({ inline: from("runtime") }),
      reasonCode: "InvalidRuntime",
      says: /cobol85 is unknown.*nodejs24\.x/,
    },
  ];

  beforeAll(async () => {
    await namespace.apply(
      aSecret("reader", { accessKeyId, secretAccessKey: "secret" }),
      aSecret("stranger", { accessKeyId: "AKIDSTRANGER", secretAccessKey: "secret" }),
    );
  });

  for (const [index, { title, code, reasonCode, says }] of failing.entries()) {
    test.concurrent(title, async () => {
      const runtime = reasonCode === "InvalidRuntime" ? "cobol85" : "nodejs24.x";
      const status = await judged(`failing-${index}`, { runtime, code: await code(server) });
      expect(status).toMatchObject({ state: "Failed", stateReasonCode: reasonCode });
      expect(status.stateReason).toMatch(says);
      // The reason is for a person: nothing a server answered is repeated in it.
      expect(status.stateReason).not.toContain("hunter2");
      expect(status.conditions?.find(({ type }) => type === "CodeReady" || type === "Ready")?.status).toBe(
        "False",
      );
    });
  }

  test("a server's error, of which nothing is repeated", async () => {
    const status = await judged("echoing", {
      code: { url: `${server.address}/broken`, sha256: "0".repeat(64) },
    });
    expect(status.state).toBe("Failed");
    expect(JSON.stringify(status)).not.toContain("hunter2");
  });
});

function zipped(entries: ZipEntry[]): FunctionSpecInput["code"] {
  return { zipFile: zip(entries).toString("base64") };
}

function zeros(megabytes: number): Uint8Array {
  return new Uint8Array(megabytes * 1024 * 1024);
}
