// Command host is everything of Kubernetes that the embedded cluster runs, in one
// binary. It picks the component by the name it is called by, so that six symlinks
// share one file on disk, one set of pages in memory and one build.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"kambda.dev/cluster/host/netpol"
	"kambda.dev/cluster/host/volumes"
)

// components maps the name a symlink carries to what it starts; each returns an exit code.
var components = map[string]func() int{
	"etcd":                    etcd,
	"kube-apiserver":          apiServer,
	"kube-controller-manager": controllerManager,
	"kube-scheduler":          scheduler,
	"kubelet":                 kubelet,
	"kube-proxy":              proxy,
	"coredns":                 dns,
	"netpol":                  netpol.Run,
	"volumes":                 volumes.Run,
}

func main() {
	name := filepath.Base(os.Args[0])
	run, known := components[name]
	if !known {
		fmt.Fprintf(os.Stderr, "%s is no component of this binary: call it by one of these names: %s\n", name, strings.Join(names(), ", "))
		os.Exit(2)
	}
	os.Exit(run())
}

func names() []string {
	all := make([]string, 0, len(components))
	for name := range components {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}
