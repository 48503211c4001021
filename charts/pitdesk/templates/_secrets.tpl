{{/* Which secrets there are, and how they reach the program: as files, by PITDESK_*_FILE. */}}
{{- define "pitdesk.secretName" -}}
{{- .Values.secrets.existing | default (include "pitdesk.fullname" .) -}}
{{- end -}}

{{- define "pitdesk.secretKeys" -}}
{{- if .Values.secrets.existing -}}
{{- .Values.secrets.keys | uniq | sortAlpha | toJson -}}
{{- else -}}
{{- keys .Values.secrets.values | sortAlpha | toJson -}}
{{- end -}}
{{- end -}}

{{- define "pitdesk.migrateKeys" -}}
{{- if .Values.migrate.secrets.existing -}}
{{- .Values.migrate.secrets.keys | uniq | sortAlpha | toJson -}}
{{- else -}}
{{- keys .Values.migrate.secrets.values | sortAlpha | toJson -}}
{{- end -}}
{{- end -}}

{{/* What migrate needs of the secrets that serve. */}}
{{- define "pitdesk.databaseKeys" -}}
{{- list "PITDESK_CONTROL_DATABASE_URL" "PITDESK_DATABASE_URL" | toJson -}}
{{- end -}}

{{- define "pitdesk.secretEnv" -}}
{{- range . }}
- name: {{ . }}_FILE
  value: /run/secrets/desk/{{ . }}
{{- end }}
{{- end -}}

{{- define "pitdesk.secretSource" -}}
- secret:
    name: {{ .name }}
    items:
      {{- range .keys }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end -}}

{{- define "pitdesk.has" -}}
{{- if or (has .key (include "pitdesk.secretKeys" .root | fromJsonArray)) (hasKey .root.Values.settings .key) -}}yes{{- end -}}
{{- end -}}

{{/* Pods are replaced when this changes. What is in a Secret of yours can't be seen from here: secrets.revision says it. */}}
{{- define "pitdesk.secretsSeen" -}}
checksum/secrets: {{ printf "%s %s %s" (toJson .Values.secrets.values) .Values.secrets.existing .Values.secrets.revision | sha256sum | trunc 32 }}
{{- end -}}
