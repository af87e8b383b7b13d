/**
 * The address plan of one cluster. Everything lies in one 10.S.0.0/16, so that the host needs one route and
 * several clusters need only different S: 10.S.0.0/24 joins the nodes, 10.S.4.0/22 and on are the nodes' pods,
 * 10.S.128.0/20 are Services.
 */

/** Tried in order; the range stays clear of the low numbers that routers and VPNs like. */
export const subnetFirst = 100;
export const subnetLast = 250;

/** 10.S.4.0 to 10.S.127.255 hold 31 ranges of pods. */
export const nodesMax = 31;

export interface Addresses {
  readonly subnet: number;
  /** The host's end of the veth pair. */
  readonly host: string;
  readonly clusterRange: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** The `kubernetes` and `kube-dns` Services. */
  readonly apiService: string;
  readonly dnsService: string;
  readonly apiServer: string;
}

export function clusterAddresses(subnet: number): Addresses {
  return {
    subnet,
    host: `10.${subnet}.0.1`,
    clusterRange: `10.${subnet}.0.0/16`,
    podRange: `10.${subnet}.0.0/17`,
    serviceRange: `10.${subnet}.128.0/20`,
    apiService: `10.${subnet}.128.1`,
    dnsService: `10.${subnet}.128.10`,
    apiServer: `https://${nodeAddresses(subnet, 1).address}:6443`,
  };
}

export interface NodeAddresses {
  readonly address: string;
  readonly podRange: string;
}

/** `index` counts from 1, which is the node that carries the control plane. */
export function nodeAddresses(subnet: number, index: number): NodeAddresses {
  return { address: `10.${subnet}.0.${10 + index}`, podRange: `10.${subnet}.${4 * index}.0/22` };
}
