/** The pod of a kept environment, marked with what it was built from: one that has not started when that changes is made anew. */
import { type Json, shortHash } from "../../crds/hash.ts";
import { annotations } from "../../crds/labels.ts";
import type { RevisionObject } from "../../crds/revision/schema.ts";
import type { KubeObject } from "../../kernel/kube/port.ts";
import { buildDedicatedPod } from "../../kernel/pod/dedicated.ts";
import type { Trust } from "../../kernel/pod/frame.ts";
import type { Settings } from "../../kernel/settings/schema.ts";

export function buildProvisionedPod(
  revision: RevisionObject,
  random: string,
  settings: Settings,
  trust: Trust,
): KubeObject {
  const pod = buildDedicatedPod({ revision, random, isProvisioned: true }, settings, trust);
  const marks = { [annotations.template]: provisionedTemplate(revision, settings, trust) };
  const { metadata } = pod;
  return { ...pod, metadata: { ...metadata, annotations: { ...metadata.annotations, ...marks } } };
}

/** Hash of the whole pod but its name. */
export function provisionedTemplate(revision: RevisionObject, settings: Settings, trust: Trust): string {
  const pod = buildDedicatedPod({ revision, random: "", isProvisioned: true }, settings, trust);
  return shortHash(pod as Json, 12);
}
