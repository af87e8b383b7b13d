package volumes

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	retryAfter = time.Second
	callLimit  = 10 * time.Second
)

// Run makes and removes volumes until it fails; whoever started it starts it again.
func Run() int {
	kubeconfig := flag.String("kubeconfig", "", "credentials that may watch claims, and make and remove volumes")
	root := flag.String("root", "", "the folder in which volumes are made")
	flag.Parse()
	if err := provision(*kubeconfig, *root); err != nil {
		fmt.Fprintln(os.Stderr, "volumes:", err)
		return 1
	}
	return 0
}

func provision(kubeconfig, root string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	claims, volumes := factory.Core().V1().PersistentVolumeClaims(), factory.Core().V1().PersistentVolumes()
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
	for _, informer := range []cache.SharedIndexInformer{claims.Informer(), volumes.Informer()} {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}
	factory.Start(context.Background().Done())
	factory.WaitForCacheSync(context.Background().Done())
	for range dirty {
		if err := settle(client, claims.Lister(), volumes.Lister(), root); err != nil {
			fmt.Fprintln(os.Stderr, "volumes:", err)
			time.AfterFunc(retryAfter, changed)
		}
	}
	return nil
}

// settle brings folders and volumes to what the claims say; doing it twice changes nothing.
func settle(client kubernetes.Interface, claims corelisters.PersistentVolumeClaimLister, volumes corelisters.PersistentVolumeLister, root string) error {
	limited, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	asked, err := claims.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, claim := range asked {
		volume := wanted(claim, root)
		if volume == nil {
			continue
		}
		if err := makeFolder(volume.Spec.HostPath.Path); err != nil {
			return err
		}
		_, err := client.CoreV1().PersistentVolumes().Create(limited, volume, metav1.CreateOptions{})
		if err != nil && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("the volume for claim %s/%s: %w", claim.Namespace, claim.Name, err)
		}
	}
	present, err := volumes.List(labels.Everything())
	if err != nil {
		return err
	}
	for _, volume := range present {
		if !released(volume) {
			continue
		}
		// The name, not the path, which anyone who may write volumes could have changed.
		if err := os.RemoveAll(filepath.Join(root, filepath.Base(volume.Name))); err != nil {
			return err
		}
		err := client.CoreV1().PersistentVolumes().Delete(limited, volume.Name, metav1.DeleteOptions{})
		if err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("removing volume %s: %w", volume.Name, err)
		}
	}
	return nil
}

// makeFolder opens the folder to every user: which one a pod runs as is not known here. The
// folder above it is root's alone.
func makeFolder(path string) error {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return err
	}
	return os.Chmod(path, 0o777)
}
