package netpol

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

func aPod(namespace, name, address string) *corev1.Pod {
	object := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name, Labels: map[string]string{"app": name}}}
	object.Spec.Containers = []corev1.Container{{Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}}}}
	if address != "" {
		object.Status.PodIPs = []corev1.PodIP{{IP: address}}
	}
	return object
}

func aWorld(t *testing.T, spec string) World {
	t.Helper()
	policy := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "policy"}}
	if err := yaml.UnmarshalStrict([]byte(spec), &policy.Spec); err != nil {
		t.Fatal(err)
	}
	return World{
		Policies: []*networkingv1.NetworkPolicy{policy},
		Pods:     []*corev1.Pod{aPod("shop", "web", "10.9.4.2"), aPod("shop", "db", "10.9.4.3"), aPod("bank", "db", "10.9.4.4")},
		Namespaces: map[string]map[string]string{
			"shop": {"kubernetes.io/metadata.name": "shop"},
			"bank": {"kubernetes.io/metadata.name": "bank"},
		},
	}
}

// lines returns the allowing lines of a direction's chain with its sets written out.
func lines(t *testing.T, world World, way direction) []string {
	t.Helper()
	text, err := Rules(world)
	if err != nil {
		t.Fatal(err)
	}
	sets := map[string]string{}
	var found []string
	inside := false
	for _, line := range strings.Split(text, "\n") {
		if name, definition, ok := strings.Cut(strings.TrimPrefix(line, "set "), " { type ipv4_addr"); ok && strings.HasPrefix(line, "set ") {
			_, elements, _ := strings.Cut(definition, "elements = ")
			sets["@"+name] = strings.TrimSuffix(elements, "; }")
		}
		switch {
		case line == "chain "+string(way)+" {":
			inside = true
		case line == "}":
			inside = false
		case inside && !strings.Contains(line, "reject"):
			words := strings.Fields(line)
			for index, word := range words {
				if written, ok := sets[word]; ok {
					words[index] = strings.TrimSpace(written)
				}
			}
			found = append(found, strings.Join(words, " "))
		}
	}
	return found
}

func TestRules(t *testing.T) {
	for _, claim := range []struct {
		title, spec string
		way         direction
		want        []string
	}{
		{
			title: "a policy without rules allows nothing",
			spec:  `{podSelector: {}, policyTypes: [Ingress]}`,
			way:   ingress,
		},
		{
			title: "an empty rule allows everyone",
			spec:  `{podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{}]}`,
			way:   ingress,
			want:  []string{"ip daddr { 10.9.4.3 } return"},
		},
		{
			title: "a podSelector alone looks in the policy's own namespace",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}]}]}`,
			way:   egress,
			want:  []string{"ip saddr { 10.9.4.2 } ip daddr { 10.9.4.3 } return"},
		},
		{
			title: "a namespaceSelector alone means all pods there",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bank}}}]}]}`,
			way:   ingress,
			want:  []string{"ip daddr { 10.9.4.2 } ip saddr { 10.9.4.4 } return"},
		},
		{
			title: "both selectors in one peer must both match",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}]}]}`,
			way:   ingress,
			want:  []string{"ip daddr { 10.9.4.2 } ip saddr { 10.9.4.3, 10.9.4.4 } return"},
		},
		{
			title: "an address block keeps its exceptions out",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}]}]}`,
			way:   egress,
			want:  []string{"ip saddr { 10.9.4.2 } ip daddr 10.0.0.0/8 ip daddr != { 10.1.0.0/16 } return"},
		},
		{
			title: "ports: by number, by range, by protocol",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{ports: [{port: 80}, {port: 100, endPort: 200}, {protocol: UDP}]}]}`,
			way:   ingress,
			want: []string{
				"ip daddr { 10.9.4.2 } tcp dport 80 return",
				"ip daddr { 10.9.4.2 } tcp dport 100-200 return",
				"ip daddr { 10.9.4.2 } meta l4proto udp return",
			},
		},
		{
			title: "a named port is the one of the pods a packet goes to",
			spec:  `{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: http}]}]}`,
			way:   egress,
			want:  []string{"ip saddr { 10.9.4.2 } ip daddr { 10.9.4.3 } ip daddr . tcp dport { 10.9.4.3 . 8080 } return"},
		},
		{
			title: "peers that match no pod allow nothing",
			spec:  `{podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {app: nobody}}}]}]}`,
			way:   ingress,
		},
	} {
		t.Run(claim.title, func(t *testing.T) {
			got := lines(t, aWorld(t, claim.spec), claim.way)
			if strings.Join(got, "\n") != strings.Join(claim.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(claim.want, "\n"))
			}
		})
	}
}

func TestPods(t *testing.T) {
	everyone := `{podSelector: {}, policyTypes: [Ingress], ingress: [{}]}`
	t.Run("a pod is known by its node before its status shows an address", func(t *testing.T) {
		world := aWorld(t, everyone)
		world.Pods = append(world.Pods, aPod("shop", "new", ""))
		world.Attached = []Attachment{{"shop", "new", "10.9.4.9"}}
		if got := lines(t, world, ingress)[0]; !strings.Contains(got, "10.9.4.9") {
			t.Errorf("the new pod is missing: %s", got)
		}
	})
	t.Run("an address given out again belongs to its new pod", func(t *testing.T) {
		world := aWorld(t, everyone)
		world.Attached = []Attachment{{"bank", "db", "10.9.4.2"}}
		if got := lines(t, world, ingress)[0]; strings.Contains(got, "10.9.4.2") {
			t.Errorf("the old pod still has it: %s", got)
		}
	})
	t.Run("a pod that has ended has no address, and one on its node's network is never selected", func(t *testing.T) {
		world := aWorld(t, everyone)
		world.Pods[0].Status.Phase = corev1.PodSucceeded
		world.Pods[1].Spec.HostNetwork = true
		if got := lines(t, world, ingress); len(got) != 0 {
			t.Errorf("still selected: %v", got)
		}
	})
}

func TestParse(t *testing.T) {
	kept := `{"kind":"cniCacheV1","cniArgs":[["IgnoreUnknown","1"],["K8S_POD_NAMESPACE","shop"],["K8S_POD_NAME","web"]],"result":{"ips":[{"address":"10.9.4.2/22"}]}}`
	got := parse([]byte(kept))
	if len(got) != 1 || got[0] != (Attachment{"shop", "web", "10.9.4.2"}) {
		t.Errorf("read %v", got)
	}
	loopback := strings.Replace(kept, "10.9.4.2/22", "127.0.0.1/8", 1)
	if got := parse([]byte(loopback)); got != nil {
		t.Errorf("the loopback plugin's result gave %v", got)
	}
	if got := parse([]byte(kept[:40])); got != nil {
		t.Errorf("a file half written gave %v", got)
	}
}
