package volumes

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func aClaim(storageClass string) *corev1.PersistentVolumeClaim {
	return &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "data", UID: "7"},
		Spec:       corev1.PersistentVolumeClaimSpec{StorageClassName: &storageClass},
	}
}

func TestWanted(t *testing.T) {
	t.Run("a claim of our class gets a folder of its own", func(t *testing.T) {
		volume := wanted(aClaim(class), "/volumes")
		if volume == nil || volume.Spec.HostPath.Path != "/volumes/pvc-7" || volume.Spec.ClaimRef.UID != "7" {
			t.Errorf("got %v", volume)
		}
	})
	t.Run("a claim of another class is left to others", func(t *testing.T) {
		if volume := wanted(aClaim("fast"), "/volumes"); volume != nil {
			t.Errorf("got %v", volume)
		}
	})
	t.Run("a claim that has its volume gets no second", func(t *testing.T) {
		claim := aClaim(class)
		claim.Spec.VolumeName = "pvc-7"
		if volume := wanted(claim, "/volumes"); volume != nil {
			t.Errorf("got %v", volume)
		}
	})
}

func TestReleased(t *testing.T) {
	ours := wanted(aClaim(class), "/volumes")
	ours.Status.Phase = corev1.VolumeReleased
	if !released(ours) {
		t.Error("a volume of ours without its claim is kept")
	}
	ours.Annotations[provisionedBy] = "someone.else"
	if released(ours) {
		t.Error("another's volume would be removed")
	}
}
