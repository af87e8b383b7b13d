{{/* CEL that lists the names at one path of a spec: `code.configMap.name`, or, through a list, `environment.from[].secretKeyRef.name`. */}}

{{- define "kambda.namesAt" -}}
{{- if contains "[]." . -}}
{{- $parts := splitn "[]." 2 . -}}
object.spec.?{{ $parts._0 | replace "." ".?" }}.orValue([]).map(i, i.?{{ $parts._1 | replace "." ".?" }}.orValue("")).filter(n, n != "")
{{- else -}}
[?object.spec.?{{ . | replace "." ".?" }}]
{{- end -}}
{{- end }}

{{/* CEL that asks whether the author may do something with one object of the namespace. */}}
{{- define "kambda.authorMay" -}}
authorizer.group("").resource({{ .resource | quote }}).namespace(object.metadata.namespace){{ with .name }}.name({{ . }}){{ end }}.check({{ .verb | quote }}).allowed()
{{- end }}
