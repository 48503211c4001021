{{/* What names and labels are made of. */}}
{{- define "pitdesk.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "pitdesk.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "pitdesk.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What a selector may use: it can never change. */}}
{{- define "pitdesk.instance" -}}
app.kubernetes.io/name: {{ include "pitdesk.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pitdesk.labels" -}}
{{ include "pitdesk.instance" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "pitdesk.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "pitdesk.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "pitdesk.image" -}}
{{- $tag := .Values.image.tag | default .Chart.AppVersion -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}:{{ $tag }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ $tag }}
{{- end -}}
{{- end -}}

{{/* The base's host: casinos are at {slug}. of it. */}}
{{- define "pitdesk.base" -}}
{{- (split ":" (urlParse .Values.settings.PITDESK_BASE_URL).host)._0 -}}
{{- end -}}

{{/* The hosts that one certificate serves: the base, what is below it, and the files' own host where it lies elsewhere. */}}
{{- define "pitdesk.hosts" -}}
{{- $base := include "pitdesk.base" . -}}
{{- $hosts := list $base (printf "*.%s" $base) -}}
{{- with .Values.settings.PITDESK_FILES_URL -}}
{{- $host := (split ":" (urlParse .).host)._0 -}}
{{- if not (and (hasSuffix (printf ".%s" $base) $host) (eq (len (splitList "." $host)) (add1 (len (splitList "." $base)) | int))) -}}
{{- $hosts = append $hosts $host -}}
{{- end -}}
{{- end -}}
{{- toJson $hosts -}}
{{- end -}}
