{{/* The spec of a pod that runs one script of files/scripts with the product's Bun, as an account of its own. */}}
{{- define "kambda.scriptPod" -}}
restartPolicy: Never
serviceAccountName: {{ .account }}
enableServiceLinks: false
terminationGracePeriodSeconds: 5
securityContext:
  {{- include "kambda.podSecurity" .root | nindent 2 }}
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
containers:
  - name: script
    image: {{ include "kambda.image" (dict "root" .root "name" "kambda") }}
    imagePullPolicy: {{ .root.Values.images.pullPolicy }}
    args:
      - -e
      - {{ .root.Files.Get (printf "files/scripts/%s" .script) | quote }}
    env:
      - { name: NODE_EXTRA_CA_CERTS, value: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt }
      {{- range $name, $value := .env }}
      - { name: {{ $name }}, value: {{ $value | quote }} }
      {{- end }}
    resources:
      requests: { cpu: 10m, memory: 64Mi }
      limits: { memory: 256Mi }
    securityContext:
      {{- include "kambda.containerSecurity" .root | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 64Mi }
{{- end }}
