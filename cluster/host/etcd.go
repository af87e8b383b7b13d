package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

// etcd runs the store behind the API server, of the line that this Kubernetes is tested with:
// the distributions' older ones lack what its watch cache relies on.
func etcd() int {
	etcdmain.Main(os.Args)
	return 0
}
