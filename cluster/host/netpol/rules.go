package netpol

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	networkingv1 "k8s.io/api/networking/v1"
)

const table = "inet kambda-netpol"

// Rules returns the whole nftables table for a world. Loading the text replaces the table in
// one transaction, so there is no moment without rules. The same world gives the same text.
//
// A pod that a policy selects is isolated in that policy's directions: what no policy allows
// is rejected at once, for a refusal that is felt is easier to understand than a silence.
// Connections that exist stay; the node's own processes reach its pods always, by not being
// forwarded.
func Rules(world World) (string, error) {
	builder := builder{world: world, pods: world.pods(), isolated: map[direction][]string{}}
	policies := slices.Clone(world.Policies)
	slices.SortFunc(policies, func(a, b *networkingv1.NetworkPolicy) int {
		return strings.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
	})
	for _, policy := range policies {
		if err := builder.add(policy); err != nil {
			return "", fmt.Errorf("NetworkPolicy %s/%s: %w", policy.Namespace, policy.Name, err)
		}
	}
	return builder.text(), nil
}

type direction string

const (
	ingress direction = "ingress"
	egress  direction = "egress"
)

// own is the side of a packet on which the selected pod is; peer is the other.
func (of direction) own() string {
	if of == ingress {
		return "ip daddr"
	}
	return "ip saddr"
}

func (of direction) peer() string {
	if of == ingress {
		return "ip saddr"
	}
	return "ip daddr"
}

type builder struct {
	world    World
	pods     []pod
	sets     []string
	allowed  map[direction][]string
	isolated map[direction][]string
}

func (b *builder) add(policy *networkingv1.NetworkPolicy) error {
	selected, err := b.selectPods(policy.Namespace, &policy.Spec.PodSelector, nil)
	if err != nil {
		return err
	}
	for _, kind := range policy.Spec.PolicyTypes {
		switch kind {
		case networkingv1.PolicyTypeIngress:
			b.isolate(ingress, selected)
			for _, rule := range policy.Spec.Ingress {
				if err := b.allow(ingress, policy.Namespace, selected, rule.From, rule.Ports); err != nil {
					return err
				}
			}
		case networkingv1.PolicyTypeEgress:
			b.isolate(egress, selected)
			for _, rule := range policy.Spec.Egress {
				if err := b.allow(egress, policy.Namespace, selected, rule.To, rule.Ports); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *builder) isolate(way direction, selected []pod) {
	b.isolated[way] = append(b.isolated[way], addresses(selected)...)
}

// allow adds a line for every pairing of a match on the peer with a match on the port.
func (b *builder) allow(way direction, namespace string, selected []pod, from []networkingv1.NetworkPolicyPeer, ports []networkingv1.NetworkPolicyPort) error {
	if len(selected) == 0 {
		return nil
	}
	own := way.own() + " @" + b.set(addresses(selected))
	peers, peerPods, err := b.matchPeers(way, namespace, from)
	if err != nil {
		return err
	}
	destinations := selected
	if way == egress {
		destinations = peerPods
	}
	matches, err := matchPorts(ports, destinations)
	if err != nil {
		return err
	}
	if b.allowed == nil {
		b.allowed = map[direction][]string{}
	}
	for _, peer := range peers {
		for _, port := range matches {
			b.allowed[way] = append(b.allowed[way], strings.Join(strings.Fields(own+" "+peer+" "+port+" return"), " "))
		}
	}
	return nil
}

// set names a set of addresses, made once for all rules that need the same.
func (b *builder) set(elements []string) string {
	definition := fmt.Sprintf("{ type ipv4_addr%s; }", elementsOf(elements))
	for index, known := range b.sets {
		if known == definition {
			return fmt.Sprintf("s%d", index)
		}
	}
	b.sets = append(b.sets, definition)
	return fmt.Sprintf("s%d", len(b.sets)-1)
}

func elementsOf(elements []string) string {
	if len(elements) == 0 {
		return ""
	}
	return "; elements = { " + strings.Join(elements, ", ") + " }"
}

func (b *builder) text() string {
	into, out := b.set(unique(b.isolated[ingress])), b.set(unique(b.isolated[egress]))
	var lines []string
	// Naming the table makes deleting it sound when it is not there yet.
	lines = append(lines, "table "+table, "delete table "+table, "table "+table+" {")
	for index, definition := range b.sets {
		lines = append(lines, fmt.Sprintf("set s%d %s", index, definition))
	}
	for _, way := range []direction{ingress, egress} {
		lines = append(lines, "chain "+string(way)+" {")
		lines = append(lines, b.allowed[way]...)
		// A reset always arrives; the kernel sends only so many ICMP errors a second.
		lines = append(lines, "meta l4proto tcp reject with tcp reset", "reject with icmpx admin-prohibited", "}")
	}
	lines = append(lines,
		"chain forward {",
		"type filter hook forward priority filter; policy accept;",
		"ct state established,related accept")
	if b.world.Machine != "" {
		lines = append(lines, "ip saddr "+b.world.Machine+" accept")
	}
	lines = append(lines,
		"ip saddr @"+out+" jump egress",
		"ip daddr @"+into+" jump ingress",
		"}",
		// What a pod sends to its own node, the API server included.
		"chain input {",
		"type filter hook input priority filter; policy accept;",
		"ct state established,related accept",
		"ip saddr @"+out+" jump egress",
		"}",
		"}", "")
	return strings.Join(lines, "\n")
}

func addresses(pods []pod) []string {
	var all []string
	for _, pod := range pods {
		all = append(all, pod.addresses...)
	}
	return unique(all)
}

// unique also sorts, and keeps what is an IPv4 address: the cluster has no others.
func unique(all []string) []string {
	kept := slices.DeleteFunc(slices.Clone(all), func(text string) bool {
		address, err := netip.ParseAddr(text)
		return err != nil || !address.Is4()
	})
	slices.Sort(kept)
	return slices.Compact(kept)
}
