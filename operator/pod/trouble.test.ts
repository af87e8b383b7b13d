import { expect, test } from "vitest";
import { endOf, troubleOf } from "./trouble.ts";
import { podSchema } from "./view.ts";

const pod = (status: object) =>
  podSchema.parse({ metadata: { name: "p", namespace: "team", uid: "p" }, status });
const waits = (reason: string, message?: string) => [
  { name: "runtime", state: { waiting: { reason, message } } },
];
const ended = (end: object) => [{ name: "runtime", state: { terminated: end } }];

test.each([
  [
    "an image that does not come",
    { containerStatuses: waits("ImagePullBackOff", "Back-off pulling image") },
    { kind: "unstartable", message: "Back-off pulling image" },
  ],
  [
    "one of an init container, whose pod is initializing until then",
    { containerStatuses: waits("PodInitializing"), initContainerStatuses: waits("ErrImagePull") },
    { kind: "unstartable", message: "ErrImagePull" },
  ],
  ["nothing, while a container is made", { containerStatuses: waits("ContainerCreating") }, undefined],
  [
    "the lack of a node",
    {
      conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes" }],
    },
    { kind: "unschedulable", message: "0/3 nodes" },
  ],
  ["nothing, once a node has it", { conditions: [{ type: "PodScheduled", status: "True" }] }, undefined],
])("a pod is kept from starting by %s", (_, status, trouble) => {
  expect(troubleOf(pod(status))).toEqual(trouble);
});

test.each([
  [{ containerStatuses: ended({ exitCode: 128, message: "exec format error" }) }, "exec format error"],
  [
    {
      containerStatuses: ended({
        exitCode: 1,
        message: "kambda: link: ECONNREFUSED\nkambda: leaving at once: no gateway can be reached\n",
      }),
    },
    "leaving at once: no gateway can be reached",
  ],
  [{ containerStatuses: ended({ exitCode: 1 }) }, "Container runtime ended with exit code 1."],
  [{ reason: "Evicted", message: "The node was low on memory." }, "The node was low on memory."],
  [{}, "The pod failed."],
])("a failed pod's end is told: %j", (status, message) => {
  expect(endOf(pod({ phase: "Failed", ...status }))).toBe(message);
});
