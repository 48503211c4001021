{{/*
The pod of one process. Takes root, component, command, values (web, worker or migrate), keys (of secrets), sources (of secrets,
as YAML), data (whether it mounts the volume), ports, and probes (as YAML).
*/}}
{{- define "pitdesk.pod" -}}
{{- $root := .root -}}
{{- $v := $root.Values -}}
serviceAccountName: {{ .account | default (include "pitdesk.serviceAccount" $root) }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with $v.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
terminationGracePeriodSeconds: {{ $v.terminationGracePeriodSeconds }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- if .spread }}
{{- $selector := printf "%s\napp.kubernetes.io/component: %s" (include "pitdesk.instance" $root) .component }}
{{- $spread := dict "kubernetes.io/hostname" $v.topologySpread.nodes "topology.kubernetes.io/zone" $v.topologySpread.zones }}
{{- if or $v.topologySpread.nodes $v.topologySpread.zones }}
topologySpreadConstraints:
  {{- range $key, $when := $spread }}
  {{- if $when }}
  - maxSkew: 1
    topologyKey: {{ $key }}
    whenUnsatisfiable: {{ $when }}
    labelSelector:
      matchLabels:
        {{- $selector | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- end }}
{{- end }}
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
{{- with .restart }}
restartPolicy: {{ . }}
{{- end }}
containers:
  {{- range .containers }}
  - name: {{ .name }}
    image: {{ include "pitdesk.image" $root }}
    imagePullPolicy: {{ $v.image.pullPolicy }}
    args: {{ toJson .args }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      privileged: false
      runAsNonRoot: true
      runAsUser: 65532
      runAsGroup: 65532
      capabilities:
        drop: [ALL]
      seccompProfile:
        type: RuntimeDefault
    env:
      - name: PITDESK_DATA
        value: /data
      - name: GOMEMLIMIT
        valueFrom:
          resourceFieldRef:
            resource: limits.memory
      {{- with .env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      {{- range $name, $value := $v.settings }}
      - name: {{ $name }}
        value: {{ include "pitdesk.setting" $value | quote }}
      {{- end }}
      {{- include "pitdesk.secretEnv" $.keys | indent 6 }}
      {{- with $v.extraEnv }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with .ports }}
    ports:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with .probes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    resources:
      {{- toYaml $.values.resources | nindent 6 }}
    volumeMounts:
      - {name: data, mountPath: /data}
      - {name: tmp, mountPath: /tmp}
      - {name: secrets, mountPath: /run/secrets/desk, readOnly: true}
      {{- with $v.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
  {{- end }}
volumes:
  - name: data
    {{- if and .data $v.data.shared }}
    persistentVolumeClaim:
      claimName: {{ $v.data.existingClaim | default (include "pitdesk.fullname" $root) }}
    {{- else }}
    emptyDir:
      sizeLimit: {{ $v.data.scratch }}
    {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: {{ $v.data.scratch }}
  - name: secrets
    projected:
      defaultMode: 288 # 0440: the pod's group reads, nobody else
      sources:
        {{- .sources | nindent 8 }}
  {{- with $v.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* A setting as the program reads it: lists with commas, numbers as they were written. */}}
{{- define "pitdesk.setting" -}}
{{- if kindIs "slice" . -}}{{ join "," . }}{{- else if and (kindIs "float64" .) (eq (floor .) .) -}}{{ . | int64 }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}
