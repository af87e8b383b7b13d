/** The processes of the control plane, which the first node carries: their command lines. */
import { clusterAddresses, nodeAddresses } from "../addresses.ts";
import { layout } from "./layout.ts";
import { frugal, type UnloggedProcess } from "./process.ts";

const etcdAddress = "http://127.0.0.1:2379";
const issuer = "https://kubernetes.default.svc";

/** What others of the machine come after: an API server that answers. */
export const apiServerReady = "https://127.0.0.1:6443/readyz";

export function controlPlane(subnet: number): UnloggedProcess[] {
  return [etcd, apiServer(subnet), controllerManager, scheduler, volumes];
}

const etcd: UnloggedProcess = {
  name: "etcd",
  command: [
    `${layout.binaries}/etcd`,
    `--data-dir=${layout.etcd}`,
    `--listen-client-urls=${etcdAddress}`,
    `--advertise-client-urls=${etcdAddress}`,
    // Peers never come: any free port of the loopback does.
    "--listen-peer-urls=http://127.0.0.1:2380",
    // The cluster is thrown away with the machine it runs on; waiting for the disk buys nothing.
    "--unsafe-no-fsync",
    "--quota-backend-bytes=4294967296",
    "--log-level=warn",
  ],
  environment: frugal,
  after: "",
};

function apiServer(subnet: number): UnloggedProcess {
  const { serviceRange } = clusterAddresses(subnet);
  return {
    name: "kube-apiserver",
    command: [
      `${layout.binaries}/kube-apiserver`,
      `--etcd-servers=${etcdAddress}`,
      `--advertise-address=${nodeAddresses(subnet, 1).address}`,
      "--secure-port=6443",
      `--service-cluster-ip-range=${serviceRange}`,
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      `--client-ca-file=${layout.pki}/ca.crt`,
      `--tls-cert-file=${layout.pki}/kube-apiserver.crt`,
      `--tls-private-key-file=${layout.pki}/kube-apiserver.key`,
      `--kubelet-certificate-authority=${layout.pki}/ca.crt`,
      // Node names are nobody's DNS names here.
      "--kubelet-preferred-address-types=InternalIP",
      `--kubelet-client-certificate=${layout.pki}/kubelet-client.crt`,
      `--kubelet-client-key=${layout.pki}/kubelet-client.key`,
      `--service-account-issuer=${issuer}`,
      `--service-account-jwks-uri=${issuer}/openid/v1/jwks`,
      `--service-account-signing-key-file=${layout.pki}/service-accounts.key`,
      `--service-account-key-file=${layout.pki}/service-accounts.pub`,
      "--allow-privileged=true",
      // A burst of pods is hundreds of requests; two cores are the limit soon enough.
      "--max-requests-inflight=1500",
      "--max-mutating-requests-inflight=800",
      "--profiling=false",
      "--v=0",
    ],
    environment: frugal,
    after: "",
  };
}

const controllerManager: UnloggedProcess = {
  name: "kube-controller-manager",
  command: [
    `${layout.binaries}/kube-controller-manager`,
    `--kubeconfig=${layout.config}/kube-controller-manager.kubeconfig`,
    "--leader-elect=false",
    "--use-service-account-credentials=true",
    `--service-account-private-key-file=${layout.pki}/service-accounts.key`,
    `--root-ca-file=${layout.pki}/ca.crt`,
    "--bind-address=127.0.0.1",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    // A lost node is noticed in 20 s, as the kubelets' leases last 20 s.
    "--node-monitor-grace-period=20s",
    "--profiling=false",
    "--v=0",
  ],
  environment: frugal,
  after: apiServerReady,
};

const scheduler: UnloggedProcess = {
  name: "kube-scheduler",
  command: [
    `${layout.binaries}/kube-scheduler`,
    `--kubeconfig=${layout.config}/kube-scheduler.kubeconfig`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
    "--profiling=false",
    "--v=0",
  ],
  environment: frugal,
  after: apiServerReady,
};

const volumes: UnloggedProcess = {
  name: "volumes",
  command: [
    `${layout.binaries}/volumes`,
    `--kubeconfig=${layout.config}/volumes.kubeconfig`,
    `--root=${layout.volumes}`,
  ],
  environment: frugal,
  after: apiServerReady,
};
