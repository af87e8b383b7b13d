/** Everything that starts environments and sees them off: code, pods of their own, labels, and deletes. */
import type { RevisionObject } from "../../crds/revision/schema.ts";
import { buildDedicatedPod } from "../../kernel/pod/dedicated.ts";
import type { StartFailure } from "../placer/attempt.ts";
import { createAdopter } from "../start/adopt.ts";
import { createAhead } from "../start/ahead.ts";
import { createCodeSource } from "../start/code.ts";
import { createCreator, type PodStart } from "../start/create.ts";
import { createDiskCache } from "../start/disk.ts";
import { createDismisser } from "../start/dismiss.ts";
import { startLimits } from "../start/limits.ts";
import { createMarker } from "../start/mark.ts";
import type { GatewayDeps } from "./deps.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Trust } from "./trust.ts";

/** Who is told of pods that do not come up. */
export interface StartListener {
  startFailed(start: PodStart, failure: StartFailure): void;
  startCrowded(start: PodStart): void;
}

export type Starting = Awaited<ReturnType<typeof createStarting>>;

export async function createStarting(
  deps: GatewayDeps,
  { catalog, watches }: Knowledge,
  trust: Trust,
  listener: () => StartListener,
) {
  const { log, settings } = deps;
  const disk = await createDiskCache(deps, startLimits.codeDiskBytesMax);
  const code = createCodeSource(deps, startLimits.codeCacheBytesMax, disk);
  const ahead = createAhead({ log, code });
  const creator = createCreator({
    ...deps,
    build: (revision, random) =>
      buildDedicatedPod({ revision, random }, settings, { ca: trust.now().caCertificate }),
    failed: (start, failure) => listener().startFailed(start, failure),
    crowded: (start) => listener().startCrowded(start),
  });
  watches.pods.onChange(creator.podChanged);
  catalog.onServing((revisionKey, serving) => {
    if (!serving) return;
    for (const { archiveSha256, archiveBytes } of archivesOf(catalog.revision(revisionKey)))
      ahead.want(archiveSha256, archiveBytes);
  });
  return {
    disk,
    code,
    creator,
    adopter: createAdopter({ ...deps, catalog, settings }),
    marker: createMarker(deps),
    dismisser: createDismisser(deps),
    /** The start's pod is made, or it is told that it cannot be. */
    create(start: PodStart) {
      const revision = catalog.revision(start.revisionKey);
      if (revision === undefined) {
        listener().startFailed(start, { kind: "unavailable", message: `${start.revisionKey} is gone` });
        return;
      }
      creator.create(start, revision);
      // While the scheduler and the kubelet do their part: it is here when the pod dials home.
      for (const { archiveSha256 } of archivesOf(revision)) ahead.need(archiveSha256);
    },
  };
}

/** An image function has none: its node pulls them. */
function archivesOf(revision: RevisionObject | undefined) {
  const { code, layers = [] } = revision?.spec ?? {};
  return code === undefined ? [] : [code, ...layers];
}
