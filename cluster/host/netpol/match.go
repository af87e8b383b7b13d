package netpol

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// selectPods returns the pods of the namespaces that match: the one named, or those selected.
func (b *builder) selectPods(namespace string, podSelector, namespaceSelector *metav1.LabelSelector) ([]pod, error) {
	// A nil selector of pods selects all here, whereas the library's selects none.
	pods := labels.Everything()
	if podSelector != nil {
		parsed, err := metav1.LabelSelectorAsSelector(podSelector)
		if err != nil {
			return nil, fmt.Errorf("podSelector: %w", err)
		}
		pods = parsed
	}
	inside := func(candidate string) bool { return candidate == namespace }
	if namespaceSelector != nil {
		parsed, err := metav1.LabelSelectorAsSelector(namespaceSelector)
		if err != nil {
			return nil, fmt.Errorf("namespaceSelector: %w", err)
		}
		inside = func(candidate string) bool { return parsed.Matches(labels.Set(b.world.Namespaces[candidate])) }
	}
	var selected []pod
	for _, candidate := range b.pods {
		if inside(candidate.namespace) && pods.Matches(labels.Set(candidate.labels)) {
			selected = append(selected, candidate)
		}
	}
	return selected, nil
}

// matchPeers returns one expression for each way in which a peer may match, and the pods among
// them; no peers at all means everyone.
func (b *builder) matchPeers(way direction, namespace string, peers []networkingv1.NetworkPolicyPeer) ([]string, []pod, error) {
	if len(peers) == 0 {
		return []string{""}, b.pods, nil
	}
	var matches []string
	var pods []pod
	for _, peer := range peers {
		if peer.IPBlock != nil {
			match := way.peer() + " " + peer.IPBlock.CIDR
			if len(peer.IPBlock.Except) > 0 {
				match += " " + way.peer() + " != { " + strings.Join(peer.IPBlock.Except, ", ") + " }"
			}
			// IPv6 never arrives here.
			if !strings.Contains(peer.IPBlock.CIDR, ":") {
				matches = append(matches, match)
			}
			continue
		}
		selected, err := b.selectPods(namespace, peer.PodSelector, peer.NamespaceSelector)
		if err != nil {
			return nil, nil, err
		}
		pods = append(pods, selected...)
	}
	if len(pods) > 0 {
		matches = append(matches, way.peer()+" @"+b.set(addresses(pods)))
	}
	return matches, pods, nil
}

// matchPorts returns one expression for each protocol; no ports at all means any traffic.
// A named port is looked up in the pods a packet may be going to.
func matchPorts(ports []networkingv1.NetworkPolicyPort, destinations []pod) ([]string, error) {
	if len(ports) == 0 {
		return []string{""}, nil
	}
	var matches []string
	for _, port := range ports {
		protocol := corev1.ProtocolTCP
		if port.Protocol != nil {
			protocol = *port.Protocol
		}
		name := strings.ToLower(string(protocol))
		switch {
		case port.Port == nil:
			matches = append(matches, "meta l4proto "+name)
		case port.Port.Type == intstr.String:
			if named := namedPorts(port.Port.StrVal, protocol, destinations); len(named) > 0 {
				matches = append(matches, fmt.Sprintf("ip daddr . %s dport { %s }", name, strings.Join(named, ", ")))
			}
		case port.EndPort != nil:
			matches = append(matches, fmt.Sprintf("%s dport %d-%d", name, port.Port.IntVal, *port.EndPort))
		default:
			matches = append(matches, fmt.Sprintf("%s dport %d", name, port.Port.IntVal))
		}
	}
	return matches, nil
}

func namedPorts(name string, protocol corev1.Protocol, pods []pod) []string {
	var found []string
	for _, pod := range pods {
		for _, port := range pod.ports {
			if port.Name != name || (port.Protocol != protocol && !(port.Protocol == "" && protocol == corev1.ProtocolTCP)) {
				continue
			}
			for _, address := range unique(pod.addresses) {
				found = append(found, fmt.Sprintf("%s . %d", address, port.ContainerPort))
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
