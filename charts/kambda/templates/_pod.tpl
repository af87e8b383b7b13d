{{/* What the pods of operator, gateway and NATS have in common. */}}

{{- define "kambda.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "kambda.containerSecurity" -}}
allowPrivilegeEscalation: false
privileged: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where pods run, from the component's values. */}}
{{- define "kambda.placement" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "kambda.selector" (dict "root" .root "component" .component) | nindent 8 }}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* The environment of both our processes (ARCHITECTURE.md, "Names everyone shares"). */}}
{{- define "kambda.processEnv" -}}
- name: KAMBDA_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
- name: KAMBDA_POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- name: KAMBDA_POD_IP
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
- name: KAMBDA_SETTINGS
  value: /etc/kambda/settings.json
- name: KAMBDA_LOG_LEVEL
  value: {{ .values.logLevel }}
- name: KAMBDA_NATS_URL
  value: {{ include "kambda.natsUrl" .root }}
- name: KAMBDA_NATS_REPLICAS
  value: {{ ternary .root.Values.nats.servers .root.Values.nats.external.replicas .root.Values.nats.enabled | quote }}
- name: KAMBDA_NATS_USER
  valueFrom: { secretKeyRef: { name: {{ include "kambda.natsSecret" .root }}, key: user } }
- name: KAMBDA_NATS_PASSWORD_FILE
  value: /var/run/kambda/nats/password
- name: NODE_EXTRA_CA_CERTS
  value: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "kambda.processMounts" -}}
- { name: settings, mountPath: /etc/kambda, readOnly: true }
- { name: nats-password, mountPath: /var/run/kambda/nats, readOnly: true }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "kambda.processVolumes" -}}
- name: settings
  configMap: { name: kambda-settings }
- name: nats-password
  secret:
    secretName: {{ include "kambda.natsSecret" . }}
    defaultMode: 0440
    items: [{ key: password, path: password }]
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- end }}

{{- define "kambda.healthProbes" -}}
startupProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: metrics }
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: 3
{{- end }}
