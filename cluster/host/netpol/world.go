// Package netpol enforces the cluster's NetworkPolicies on one node, by nftables rules that
// are made anew, as one value, from what the API server and the CNI plugins say.
package netpol

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// World is all that the rules depend on.
type World struct {
	Policies   []*networkingv1.NetworkPolicy
	Pods       []*corev1.Pod
	Namespaces map[string]map[string]string
	// Machine is the address of the machine the node runs on, or empty. It counts as the node
	// itself, which Kubernetes never keeps from its own pods.
	Machine string
	// Attached holds the addresses this node's CNI plugins have given out. A pod's status
	// shows its address a second later, when its first packets have long been sent.
	Attached []Attachment
}

// Attachment is one address of one pod of this node.
type Attachment struct {
	Namespace, Pod, Address string
}

// pod is what the rules need to know of one: where it is and what selects it.
type pod struct {
	namespace string
	labels    map[string]string
	addresses []string
	ports     []corev1.ContainerPort
}

// pods joins the API server's view with the node's own, which wins: it knows who has an address now.
func (world World) pods() []pod {
	type key struct{ namespace, name string }
	attached := map[key][]string{}
	owner := map[string]key{}
	for _, attachment := range world.Attached {
		at := key{attachment.Namespace, attachment.Pod}
		attached[at] = append(attached[at], attachment.Address)
		owner[attachment.Address] = at
	}
	var all []pod
	for _, object := range world.Pods {
		ended := object.Status.Phase == corev1.PodSucceeded || object.Status.Phase == corev1.PodFailed
		if ended || object.Spec.HostNetwork {
			continue
		}
		at := key{object.Namespace, object.Name}
		addresses := attached[at]
		if addresses == nil {
			for _, reported := range object.Status.PodIPs {
				if _, taken := owner[reported.IP]; !taken {
					addresses = append(addresses, reported.IP)
				}
			}
		}
		if len(addresses) > 0 {
			all = append(all, pod{object.Namespace, object.Labels, addresses, ports(object)})
		}
	}
	return all
}

func ports(object *corev1.Pod) []corev1.ContainerPort {
	var all []corev1.ContainerPort
	for _, container := range object.Spec.Containers {
		all = append(all, container.Ports...)
	}
	return all
}
