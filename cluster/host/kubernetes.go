package main

import (
	"context"

	"k8s.io/component-base/cli"
	// Registered by upstream's own mains: client metrics and the version metric.
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanagerapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxyapp "k8s.io/kubernetes/cmd/kube-proxy/app"
	schedulerapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubeletapp "k8s.io/kubernetes/cmd/kubelet/app"
)

// Each of these is upstream's main of the component, with its flags as documented there.

func apiServer() int         { return cli.Run(apiserverapp.NewAPIServerCommand()) }
func controllerManager() int { return cli.Run(controllermanagerapp.NewControllerManagerCommand()) }
func scheduler() int         { return cli.Run(schedulerapp.NewSchedulerCommand()) }
func kubelet() int           { return cli.Run(kubeletapp.NewKubeletCommand(context.Background())) }
func proxy() int             { return cli.Run(proxyapp.NewProxyCommand()) }
