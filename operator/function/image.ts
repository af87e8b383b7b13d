/** The image of an image function as its Revision takes it, with what to start in it. */
import type { FunctionObject } from "../../crds/function/schema.ts";
import type { RevisionSpec } from "../../crds/revision/schema.ts";
import type { KubeDep } from "../../kernel/kube/port.ts";
import type { SettingsDep } from "../../kernel/settings/schema.ts";
import { CodeError } from "../code/error.ts";
import type { EgressDep } from "../egress/request.ts";
import { pullCredentials } from "../image/credentials.ts";
import { inspectImage } from "../image/inspect.ts";

/**
 * `imageConfig` wins field by field, as with Lambda. A registry that cannot be asked (one reachable from nodes only) is no
 * reason to fail while it is known what to start: a command without an entry point is then the whole command line.
 */
export async function resolveImage(
  deps: EgressDep & KubeDep & SettingsDep,
  of: FunctionObject,
  uri: string,
): Promise<NonNullable<RevisionSpec["image"]>> {
  const { imageConfig = {}, architectures } = of.spec;
  if (imageConfig.entryPoint !== undefined) return { uri, ...imageConfig };
  const credentialsOf = pullCredentials(deps, of.metadata.namespace);
  const inspected = await inspectImage(deps, uri, architectures[0] ?? "x86_64", credentialsOf);
  if (inspected.found !== undefined) {
    const { digest, entryPoint, command, workingDirectory, variables } = inspected.found;
    const started = imageConfig.command ?? command;
    if (entryPoint.length + started.length > 0) {
      return {
        uri: pinned(uri, digest),
        entryPoint,
        command: started,
        ...(workingDirectory === undefined ? {} : { workingDirectory }),
        ...(Object.keys(variables).length === 0 ? {} : { variables }),
        ...imageConfig,
      };
    }
    throw unknownEntry(uri, "the image has neither ENTRYPOINT nor CMD");
  }
  if ((imageConfig.command ?? []).length > 0) return { uri, entryPoint: [], ...imageConfig };
  throw unknownEntry(uri, `its registry was asked, but ${inspected.reason}`);
}

/** As with Lambda, what a tag named at the update is what runs, wherever the tag goes later. */
function pinned(uri: string, digest: string): string {
  return uri.includes("@") ? uri : `${uri}@${digest}`;
}

function unknownEntry(uri: string, why: string): CodeError {
  return new CodeError(
    "InvalidImage",
    `What to start in the image ${uri} is not known: ${why}. Set spec.imageConfig.entryPoint.`,
    { passing: true },
  );
}
