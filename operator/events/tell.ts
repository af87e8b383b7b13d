/** Writes Kubernetes Events; the same one told again within a while only counts up. Never a reason to fail. */

import { shortHash } from "../../crds/hash.ts";
import { fieldManagers } from "../../crds/labels.ts";
import type { ClockDep } from "../../kernel/clock/clock.ts";
import { instantOf } from "../../kernel/clock/instant.ts";
import { isReason, type KubeDep, type KubeObject, type ObjectMeta } from "../../kernel/kube/port.ts";
import { apiVersionOf, resources } from "../../kernel/kube/resources.ts";
import type { LogDep } from "../../kernel/log/log.ts";
import type { Story } from "./story.ts";

export interface Teller {
  tell(about: Subject, story: Story): Promise<void>;
}

export interface Subject {
  apiVersion: string;
  kind: string;
  metadata: Pick<ObjectMeta, "name" | "namespace" | "uid" | "generation">;
}

/** kubectl sorts Events by the second and those of one second by name: these come first, in this order. */
const firstReasons = ["FetchingCode", "CodeStored", "Active", "Updated"];

/** The API server's limit of an Event's sentence. */
export const noteBytesMax = 1024;

/** `instance` names this process. */
export function createTeller(deps: KubeDep & ClockDep & LogDep, instance: string): Teller {
  return {
    async tell(about, story) {
      const event = eventOf(deps, instance, about, story);
      try {
        await deps.kube.create(resources.events, event).catch(async (error: unknown) => {
          if (!isReason(error, "AlreadyExists")) throw error;
          await countUp(deps, event);
        });
      } catch (error) {
        deps.log.warn("cannot write an Event", {
          about: about.metadata.name,
          reason: story.reason,
          error: String(error),
        });
      }
    },
  };
}

/** Same object, generation and sentence: same name, so that a restarted operator does not tell it twice either. */
function eventOf({ clock }: ClockDep, instance: string, about: Subject, story: Story): KubeObject {
  const { apiVersion, kind, metadata } = about;
  const { name, namespace, uid, generation } = metadata;
  const message = truncated(story.note);
  const hash = shortHash([uid ?? "", generation ?? 0, story.reason, message], 16);
  const place = firstReasons.indexOf(story.reason);
  const rank = place < 0 ? firstReasons.length : place;
  return {
    apiVersion: apiVersionOf(resources.events),
    kind: resources.events.kind,
    metadata: {
      name: `${name.slice(0, 200)}.${rank}${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
    },
    firstTimestamp: instantOf(clock.nowMs()),
    lastTimestamp: instantOf(clock.nowMs()),
    count: 1,
    source: { component: fieldManagers.operator },
    reportingComponent: fieldManagers.operator,
    reportingInstance: instance,
    action: story.action,
    reason: story.reason,
    type: story.type,
    message,
    involvedObject: { apiVersion, kind, name, namespace, uid },
  };
}

async function countUp({ kube, clock }: KubeDep & ClockDep, event: KubeObject): Promise<void> {
  const { name, namespace } = event.metadata;
  const key = namespace === undefined ? { name } : { name, namespace };
  const there = await kube.get(resources.events, key);
  const count = typeof there?.count === "number" ? there.count : 1;
  await kube.patch(resources.events, key, { count: count + 1, lastTimestamp: instantOf(clock.nowMs()) });
}

function truncated(note: string): string {
  const bytes = Buffer.from(note);
  if (bytes.length <= noteBytesMax) return note;
  return `${new TextDecoder().decode(bytes.subarray(0, noteBytesMax - 8)).replace(/\uFFFD+$/, "")} …`;
}
