/** Runs in a pod that is only there to be entered with `kubectl exec`. */
setInterval(() => {}, 60_000);
