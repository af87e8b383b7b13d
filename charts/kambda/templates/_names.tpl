{{/* Labels, names and addresses that several templates share. Names are fixed, not derived from the release: operator and
     gateway find each other by them, and the CRDs make one installation a cluster in any case. */}}

{{- define "kambda.labels" -}}
app.kubernetes.io/name: kambda
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{ include "kambda.selector" . }}
{{- end }}

{{/* What a Deployment and a Service select by: never changed, because a Deployment's selector cannot be. */}}
{{- define "kambda.selector" -}}
app.kubernetes.io/part-of: kambda
{{- with .component }}
app.kubernetes.io/component: {{ . }}
kambda.dev/component: {{ . }}
{{- end }}
{{- end }}

{{- define "kambda.tag" -}}
{{ .Values.images.tag | default .Chart.AppVersion }}
{{- end }}

{{/* The full name of one of our two own images. */}}
{{- define "kambda.image" -}}
{{- $digest := index .root.Values.images.digests .name -}}
{{ .root.Values.images.prefix }}{{ .name }}:{{ include "kambda.tag" .root }}{{ with $digest }}@{{ . }}{{ end }}
{{- end }}

{{- define "kambda.natsUrl" -}}
{{- if .Values.nats.enabled -}}
nats://kambda-nats.{{ .Release.Namespace }}.svc:4222
{{- else -}}
{{ .Values.nats.external.url }}
{{- end -}}
{{- end }}

{{- define "kambda.natsSecret" -}}
{{- if .Values.nats.enabled -}}
{{ .Values.nats.auth.existingSecret | default "kambda-nats" }}
{{- else -}}
{{ .Values.nats.external.existingSecret }}
{{- end -}}
{{- end }}

{{/* The settings file: what the user wrote, with images and the link's address from the values that decide them. */}}
{{- define "kambda.settings" -}}
{{- $images := dict "prefix" .Values.images.prefix "tag" (include "kambda.tag" .) "pullPolicy" .Values.images.pullPolicy
      "pullSecrets" .Values.images.pullSecrets "runtimes" .Values.images.runtimes -}}
{{- with .Values.images.supervisor -}}{{- $_ := set $images "supervisor" . -}}{{- end -}}
{{- $link := dict "host" (printf "kambda-link.%s.svc" .Release.Namespace) "port" 7443 -}}
{{- merge (dict "images" $images "link" $link) (deepCopy .Values.settings) | toPrettyJson -}}
{{- end }}
