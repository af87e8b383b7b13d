/** Environments of images of functions' own, unpacked, with the supervisor's folder beside them as an init container copies it. */
import type { Assignment } from "../../../crds/link/messages.ts";
import { type EnvironmentUnderTest, startEnvironment } from "./environment.ts";
import { rootfsOf, type UnpackedImage } from "./rootfs.ts";

/** Built when this file is loaded: a claim has no time for it. */
const kambda = `${await rootfsOf("supervisor")}/kambda`;

/** `entry`: what `imageConfig` says over the image's own. */
export async function startForeign(
  image: UnpackedImage,
  entry: Partial<Assignment["entry"]> = {},
): Promise<EnvironmentUnderTest> {
  const { rootfs, entryPoint, command, workingDirectory, variables } = image;
  return await startEnvironment({
    language: { runtime: "image", rootfs, kambda, variables },
    assignment: {
      runtime: "",
      handler: command[0] ?? "",
      timeoutMs: 10_000,
      variables: { COLOUR: "blue" },
      entry: {
        kind: "image",
        command: [...entryPoint, ...command],
        ...(workingDirectory === undefined ? {} : { workingDirectory }),
        ...entry,
      },
    },
  });
}
