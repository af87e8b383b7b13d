/** containerd's configuration: on a node, and for unpacking images before there is one. */
import { nodeImageName } from "../image.ts";
import { layout } from "./layout.ts";
import type { Snapshotter } from "./snapshotter.ts";

/** Plugins for file systems nobody has here, each of which would say so in the log. */
const unused = [
  "snapshotter.v1.btrfs",
  "snapshotter.v1.zfs",
  "snapshotter.v1.aufs",
  "snapshotter.v1.devmapper",
  "internal.v1.tracing",
];
const cri = "grpc.v1.cri";

/** `pods`: whether a kubelet is to use it. */
export function containerdConfig({ snapshotter, pods }: { snapshotter: Snapshotter; pods: boolean }): string {
  const disabled = [...unused, ...(pods ? [] : [cri])].map((name) => `"io.containerd.${name}"`).join(", ");
  return `version = 2
root = "${layout.containerd}"
state = "/run/containerd"
disabled_plugins = [${disabled}]
[grpc]
address = "${layout.containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
path = "${layout.containerd}/opt"
${pods ? forPods(snapshotter) : ""}`;
}

function forPods(snapshotter: Snapshotter): string {
  const plugin = `plugins."io.containerd.${cri}"`;
  return `[${plugin}]
sandbox_image = "${nodeImageName}"
# Without CAP_SYS_RESOURCE a lower score is refused, and every sandbox with it.
restrict_oom_score_adj = true
enable_unprivileged_ports = true
max_concurrent_downloads = 10
[${plugin}.cni]
bin_dir = "${layout.cniPrograms}"
conf_dir = "${layout.cniConfig}"
[${plugin}.containerd]
snapshotter = "${snapshotter}"
[${plugin}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
`;
}
