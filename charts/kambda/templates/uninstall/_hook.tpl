{{/* What marks an object as one that exists during an uninstall only. */}}
{{- define "kambda.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}
