{{/* What marks an object as one that exists during `helm test` only; a pod that failed stays, for its log. */}}
{{- define "kambda.testHook" -}}
helm.sh/hook: test
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
