{{/* The servers' configuration; what is secret comes from the environment. */}}
{{- define "kambda.natsConfig" -}}
port: 4222
http_port: 8222
server_name: $NATS_SERVER_NAME
# Longer than a pod of ours needs to leave, so that clients are told to go elsewhere first.
lame_duck_grace_period: 2s
lame_duck_duration: 30s
max_payload: 2MB
authorization {
  user: $NATS_USER
  password: $NATS_PASSWORD
}
jetstream {
  store_dir: /data
  max_memory_store: 64MB
  max_file_store: {{ .Values.nats.storage.size }}
}
{{- if gt (int .Values.nats.servers) 1 }}
cluster {
  name: kambda
  port: 6222
  authorization {
    user: $NATS_USER
    password: $NATS_PASSWORD
  }
  routes: [
    {{- range $index := until (int .Values.nats.servers) }}
    $NATS_ROUTE_{{ $index }}
    {{- end }}
  ]
}
{{- end }}
{{- end }}
