{{/* Combinations that the schema can't refuse. Each says what to do. */}}
{{- define "pitdesk.checks" -}}
{{- $keys := include "pitdesk.secretKeys" . | fromJsonArray -}}
{{- range list "PITDESK_DATABASE_URL" "PITDESK_CONTROL_DATABASE_URL" "PITDESK_LINK_KEY" "PITDESK_HEAD_KEY" "PITDESK_SEAL_KEYS" -}}
{{- if not (has . $keys) -}}
{{- fail (printf "%s is needed: name it in secrets.keys and have it in the Secret of secrets.existing, or give it in secrets.values" .) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.secrets.existing .Values.secrets.values -}}
{{- fail "secrets.existing and secrets.values are both set: keep one" -}}
{{- end -}}
{{- if and .Values.migrate.secrets.existing .Values.migrate.secrets.values -}}
{{- fail "migrate.secrets.existing and migrate.secrets.values are both set: keep one" -}}
{{- end -}}
{{- if and .Values.migrate.enabled (not (has "PITDESK_OWNER_DATABASE_URL" (include "pitdesk.migrateKeys" . | fromJsonArray))) -}}
{{- fail "PITDESK_OWNER_DATABASE_URL is needed to migrate: name it in migrate.secrets.keys and have it in the Secret of migrate.secrets.existing, or set migrate.enabled to false and migrate yourself" -}}
{{- end -}}
{{- $s3 := include "pitdesk.has" (dict "root" . "key" "PITDESK_S3_ENDPOINT") -}}
{{- if and .Values.data.shared $s3 -}}
{{- fail "files lie in S3 (PITDESK_S3_ENDPOINT): set data.shared to false" -}}
{{- end -}}
{{- if and (not .Values.data.shared) (not $s3) -}}
{{- fail "data.shared is false: players' files need S3 then, see PITDESK_S3_ENDPOINT" -}}
{{- end -}}
{{- if and $s3 (not (and (has "PITDESK_S3_ACCESS_KEY" $keys) (has "PITDESK_S3_SECRET_KEY" $keys))) -}}
{{- fail "files lie in S3: PITDESK_S3_ACCESS_KEY and PITDESK_S3_SECRET_KEY are needed among the secrets" -}}
{{- end -}}
{{- if and .Values.edge.enabled (ne (urlParse .Values.settings.PITDESK_BASE_URL).scheme "https") -}}
{{- fail "edge.enabled wants a PITDESK_BASE_URL with https" -}}
{{- end -}}
{{- if and .Values.gateway.enabled (not .Values.gateway.className) (not .Values.gateway.parentRefs) -}}
{{- fail "gateway.enabled: name a Gateway of yours in gateway.parentRefs, or let the chart make one with gateway.className" -}}
{{- end -}}
{{- if and .Values.gateway.enabled .Values.gateway.className (not .Values.gateway.tlsSecret) -}}
{{- fail "gateway.className: the Gateway ends TLS for the base, so it needs gateway.tlsSecret" -}}
{{- end -}}
{{- range .Values.gateway.domains -}}
{{- if and (not .tlsSecret) (not $.Values.edge.enabled) -}}
{{- fail (printf "gateway.domains: the TLS of %s is passed through to the program, which speaks it with edge.enabled; or give it a tlsSecret" .host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
