/** The commands by which a fresh set of namespaces becomes a node: mounts, then the network. */
import { clusterAddresses, nodeAddresses } from "../addresses.ts";
import { layout } from "./layout.ts";

export interface NodePlace {
  readonly index: number;
  readonly subnet: number;
  /** Numbers of the nodes that are there already; they are told of this one by whoever starts it. */
  readonly peers: readonly number[];
  /** Folders of the host that are shown inside. */
  readonly folders: {
    readonly binaries: string;
    readonly logs: string;
    readonly node: string;
    readonly volumes: string;
    /** Keys of the control plane; the first node only. */
    readonly pki?: string;
  };
}

export type Command = readonly string[];

export function setupCommands(place: NodePlace): Command[] {
  return [...mounts(place), ...kernelSettings, ...network(place)];
}

function mounts({ folders }: NodePlace): Command[] {
  const shown: [string, string][] = [
    [folders.binaries, layout.binaries],
    [folders.logs, layout.logs],
    [folders.volumes, layout.volumes],
    [folders.node, layout.node],
    ...(folders.pki === undefined ? [] : [[folders.pki, layout.pki] satisfies [string, string]]),
  ];
  return [
    ["mount", "--make-rprivate", "/"],
    ["mount", "-t", "tmpfs", "-o", "mode=0755", "kambda", layout.cniResults],
    ["mount", "-t", "tmpfs", "-o", "mode=0755", "kambda", "/var/log"],
    ["mount", "-t", "tmpfs", "-o", "mode=0755", "kambda", "/run"],
    ["mkdir", "-p", "/run/netns", "/var/log/containers", ...shown.map(([, to]) => to)],
    ...shown.map(([from, to]) => ["mount", "--bind", from, to]),
    // Pods with mounts that propagate both ways ask for this.
    ["mount", "--make-rshared", "/"],
  ];
}

/**
 * The kubelet insists on these values, and they belong to the whole machine. It is shown files that hold them,
 * so the machine keeps its own.
 */
const expected = {
  "vm/overcommit_memory": 1,
  "vm/panic_on_oom": 0,
  "kernel/panic": 10,
  "kernel/panic_on_oops": 1,
  "kernel/keys/root_maxkeys": 1_000_000,
  "kernel/keys/root_maxbytes": 25_000_000,
};

const kernelSettings: Command[] = [
  ...Object.entries(expected).map(([name, value]) => {
    const shown = `/run/kambda/${name.replaceAll("/", "-")}`;
    return ["sh", "-c", `echo ${value} > ${shown} && mount --bind ${shown} /proc/sys/${name}`];
  }),
  [
    "sh",
    "-c",
    "echo 1 > /proc/sys/net/ipv4/ip_forward && echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects",
  ],
];

/** The first node carries the bridge that joins the host and the other nodes; they get a device of that name. */
const bridge: Command[] = [
  ["ip", "link", "add", "nodes", "type", "bridge"],
  ["ip", "link", "set", "host", "master", "nodes", "up"],
];

function network({ subnet, index, peers }: NodePlace): Command[] {
  const { address } = nodeAddresses(subnet, index);
  return [
    ["ip", "link", "set", "lo", "up"],
    ...(index === 1 ? bridge : []),
    ["ip", "address", "add", `${address}/24`, "dev", "nodes"],
    ["ip", "link", "set", "nodes", "up"],
    serviceRoute(subnet),
    ...peers.map((peer) => ["ip", "route", "add", ...podRoute(subnet, peer)]),
  ];
}

/**
 * Processes of the node reach Services only if a route exists before kube-proxy's rules rewrite the address.
 * There is no default route: the cluster has no way out, and says so at once.
 */
function serviceRoute(subnet: number): Command {
  return ["ip", "route", "add", clusterAddresses(subnet).serviceRange, "dev", "nodes"];
}

/** Where the pods of a node are, in the words of `ip route`. */
export function podRoute(subnet: number, node: number): Command {
  const { address, podRange } = nodeAddresses(subnet, node);
  return [podRange, "via", address];
}
