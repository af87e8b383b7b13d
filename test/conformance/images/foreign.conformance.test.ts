/** Images of functions' own, on any C library or none: what they start, and what they see of the supervisor beside them. */
import { expect } from "bun:test";
import type { Assignment } from "../../../crds/link/messages.ts";
import { claim } from "../harness/claim.ts";
import { startForeign } from "../harness/foreign.ts";
import { type UnpackedImage, unpackedImage } from "../harness/rootfs.ts";

const scratch = await unpackedImage("test-go-scratch");
const musl = await unpackedImage("test-musl");

async function invoke(image: UnpackedImage, entry: Partial<Assignment["entry"]> = {}) {
  await using environment = await startForeign(image, entry);
  return await environment.invoke({ n: 1 });
}

claim("an image with one static program and nothing else starts what it says", async () => {
  const { json } = await invoke(scratch);
  expect(json).toMatchObject({
    event: { n: 1 },
    program: "/app/bootstrap",
    arguments: ["hello"],
    folder: "/app",
    variables: { STAGE: "image", COLOUR: "blue", _HANDLER: "hello", AWS_LAMBDA_FUNCTION_NAME: "f" },
  });
});

claim("imageConfig's entry point, command and working directory win over the image's", async () => {
  const { json } = await invoke(scratch, {
    command: ["/app/bootstrap", "a b", ""],
    workingDirectory: "/tmp",
  });
  expect(json).toMatchObject({ arguments: ["a b", ""], folder: "/tmp", variables: { PWD: "/tmp" } });
});

claim("an image's variables reach its program as they are, and the supervisor's own do not", async () => {
  const { variables, ours } = (await invoke(scratch)).json as {
    variables: Record<string, string>;
    ours: string[];
  };
  expect(variables.LD_LIBRARY_PATH).toBe("/nowhere");
  expect(variables.AWS_EXECUTION_ENV).toBeUndefined();
  expect(Object.keys(variables).filter((name) => /^(KAMBDA_|BUN_|KUBERNETES_)/.test(name))).toEqual([]);
  expect(ours).toEqual([]);
});

claim("a program of musl's is given musl's loader, and no library of ours", async () => {
  const { json } = await invoke(musl);
  expect(json).toEqual({ musl: true, glibc: false, ours: false, libraryPath: "", folder: "/" });
});

claim("a program that is not there is told by its name", async () => {
  const { json } = await invoke(scratch, { command: ["/app/nothing"] });
  expect(json).toMatchObject({
    errorType: "Runtime.InvalidEntrypoint",
    errorMessage: expect.stringMatching(/fork\/exec \/app\/nothing: no such file or directory$/),
  });
});

claim("a working directory that is not there is told by its name", async () => {
  const { json } = await invoke(scratch, { workingDirectory: "/nowhere" });
  expect(json).toMatchObject({
    errorType: "Runtime.InvalidWorkingDir",
    errorMessage: expect.stringMatching(/Error: chdir \/nowhere: no such file or directory$/),
  });
});
