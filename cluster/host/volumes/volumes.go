// Package volumes makes the volumes of the cluster's default StorageClass: folders that every
// node sees at the same path. Kubernetes' own provisioner of this kind makes them for root only,
// and our pods are never root.
package volumes

import (
	"fmt"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// Provisioner and class are named in cluster/embedded/addons/storage.ts.
	provisioner = "kambda.dev/folders"
	class       = "standard"

	provisionedBy = "pv.kubernetes.io/provisioned-by"
)

// wanted returns the volume that a claim asks us for, or nil when it asks for none.
func wanted(claim *corev1.PersistentVolumeClaim, root string) *corev1.PersistentVolume {
	ours := claim.Spec.StorageClassName != nil && *claim.Spec.StorageClassName == class
	if !ours || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil {
		return nil
	}
	name := fmt.Sprintf("pvc-%s", claim.UID)
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec: corev1.PersistentVolumeSpec{
			StorageClassName:              class,
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim",
				Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: filepath.Join(root, name)},
			},
		},
	}
}

// released tells whether a volume of ours has lost its claim and is to go with its content.
func released(volume *corev1.PersistentVolume) bool {
	return volume.Annotations[provisionedBy] == provisioner &&
		volume.Status.Phase == corev1.VolumeReleased &&
		volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete
}
