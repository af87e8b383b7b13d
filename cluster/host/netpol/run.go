package netpol

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	// Changes that come together are loaded together.
	gatherFor     = 5 * time.Millisecond
	retryAfter    = time.Second
	loadTimeLimit = 20 * time.Second
)

// Run watches and enforces until it fails; whoever started it starts it again. The rules it
// made stay in the kernel meanwhile.
func Run() int {
	kubeconfig := flag.String("kubeconfig", "", "credentials that may list and watch pods, namespaces and networkpolicies")
	results := flag.String("cni-results", "/var/lib/cni/results", "the folder in which libcni keeps its results")
	machine := flag.String("machine", "", "the address of the machine this node runs on, which reaches every pod")
	flag.Parse()
	if err := enforce(*kubeconfig, *results, *machine); err != nil {
		fmt.Fprintln(os.Stderr, "netpol:", err)
		return 1
	}
	return 0
}

func enforce(kubeconfig, results, machine string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, informers.WithTransform(slim))
	pods, namespaces := factory.Core().V1().Pods(), factory.Core().V1().Namespaces()
	policies := factory.Networking().V1().NetworkPolicies()
	dirty := make(chan struct{}, 1)
	changed := func() {
		select {
		case dirty <- struct{}{}:
		default: // A look is due already.
		}
	}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    func(any) { changed() },
		UpdateFunc: func(any, any) { changed() },
		DeleteFunc: func(any) { changed() },
	}
	for _, informer := range []cache.SharedIndexInformer{pods.Informer(), namespaces.Informer(), policies.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	ended := make(chan error, 1)
	go func() { ended <- WatchAttached(results, changed) }()
	factory.Start(context.Background().Done())
	factory.WaitForCacheSync(context.Background().Done())

	look := func() (World, error) {
		world := World{Namespaces: map[string]map[string]string{}, Machine: machine}
		var err error
		if world.Pods, err = pods.Lister().List(labels.Everything()); err != nil {
			return world, err
		}
		if world.Policies, err = policies.Lister().List(labels.Everything()); err != nil {
			return world, err
		}
		all, err := namespaces.Lister().List(labels.Everything())
		if err != nil {
			return world, err
		}
		for _, namespace := range all {
			world.Namespaces[namespace.Name] = namespace.Labels
		}
		world.Attached, err = ReadAttached(results)
		return world, err
	}
	return keepLoaded(look, dirty, changed, ended)
}

// keepLoaded makes the rules anew after every change, and loads them when they differ.
func keepLoaded(look func() (World, error), dirty <-chan struct{}, changed func(), ended <-chan error) error {
	loaded := ""
	for {
		select {
		case err := <-ended:
			return err
		case <-dirty:
		}
		time.Sleep(gatherFor)
		world, err := look()
		if err != nil {
			return err
		}
		rules, err := Rules(world)
		if err == nil && rules == loaded {
			continue
		}
		if err == nil {
			err = load(rules)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "netpol: keeping the rules as they were:", err)
			time.AfterFunc(retryAfter, changed)
			continue
		}
		loaded = rules
	}
}

func load(rules string) error {
	limited, cancel := context.WithTimeout(context.Background(), loadTimeLimit)
	defer cancel()
	command := exec.CommandContext(limited, "nft", "-f", "-")
	command.Stdin = strings.NewReader(rules)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("nft: %w: %s", err, strings.TrimSpace(string(output)))
	}
	return nil
}

// slim keeps of a pod what the rules read: thousands of them are held in memory.
func slim(object any) (any, error) {
	switch seen := object.(type) {
	case *corev1.Pod:
		kept := &corev1.Pod{TypeMeta: seen.TypeMeta}
		kept.Name, kept.Namespace, kept.UID = seen.Name, seen.Namespace, seen.UID
		kept.Labels, kept.ResourceVersion = seen.Labels, seen.ResourceVersion
		kept.Spec.HostNetwork = seen.Spec.HostNetwork
		kept.Status.Phase, kept.Status.PodIPs = seen.Status.Phase, seen.Status.PodIPs
		for _, container := range seen.Spec.Containers {
			kept.Spec.Containers = append(kept.Spec.Containers, corev1.Container{Ports: container.Ports})
		}
		return kept, nil
	case *networkingv1.NetworkPolicy:
		seen.ManagedFields = nil
	case *corev1.Namespace:
		seen.ManagedFields = nil
	}
	return object, nil
}
