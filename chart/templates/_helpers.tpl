{{/* The Gateway's name, or in mode controller the name of what the release brings. */}}
{{- define "waypoint.name" -}}
{{- .Values.name | default .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "waypoint.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Names of what belongs to the cluster; a colon cannot be in the parts. */}}
{{- define "waypoint.clusterName" -}}
waypoint:{{ .Release.Namespace }}:{{ include "waypoint.name" . }}
{{- end -}}

{{- define "waypoint.readerRole" -}}
{{- .Values.rbac.readerRole | default (printf "%s:reader" (include "waypoint.clusterName" .)) -}}
{{- end -}}

{{- define "waypoint.isWaypoint" -}}
{{- if eq .Values.mode "waypoint" }}true{{ end -}}
{{- end -}}

{{- define "waypoint.isController" -}}
{{- if eq .Values.mode "controller" }}true{{ end -}}
{{- end -}}

{{/* Labels of what is not in waypoint/. */}}
{{- define "waypoint.labels" -}}
app.kubernetes.io/name: waypoint
app.kubernetes.io/instance: {{ include "waypoint.name" . | quote }}
app.kubernetes.io/component: {{ ternary "controller" "proxy" (eq .Values.mode "controller") }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* One setting of waypoint.yaml is one variable: drain.goAway is WAYPOINT_DRAIN_GO_AWAY. */}}
{{- define "waypoint.settings" -}}
{{- $variables := list -}}
{{- range $group, $settings := .Values.settings -}}
{{- range $name, $value := $settings -}}
{{- $variable := printf "WAYPOINT_%s_%s" (snakecase $group | upper) (snakecase $name | upper) -}}
{{- $text := ternary ($value | int64 | toString) ($value | toString) (kindIs "float64" $value) -}}
{{- $variables = append $variables (dict "name" $variable "value" $text) -}}
{{- end -}}
{{- end -}}
{{- toJson $variables -}}
{{- end -}}

{{/* What waypoint/*.yaml leave open and is not of one Gateway: waypoint/facts.yaml as these values have it. */}}
{{- define "waypoint.facts" -}}
{{- $v := .Values -}}
{{- $facts := .Files.Get "waypoint/facts.yaml" | fromYaml -}}
{{- $env := concat $facts.env (include "waypoint.settings" . | fromJsonArray) -}}
{{- if eq $v.mesh.discovery "kubernetes" -}}
{{- $env = append $env (dict "name" "WAYPOINT_DISCOVERY" "value" "kubernetes") -}}
{{- end -}}
{{- if ne $v.mesh.rootNamespace "istio-system" -}}
{{- $env = append $env (dict "name" "WAYPOINT_INSTANCE_ROOT_NAMESPACE" "value" $v.mesh.rootNamespace) -}}
{{- end -}}
{{- $istiod := $v.mesh.istiod | default (printf "istiod.%s.svc:15012" $v.mesh.rootNamespace) -}}
{{- if ne $istiod "istiod.istio-system.svc:15012" -}}
{{- $env = append $env (dict "name" "WAYPOINT_MESH_ISTIOD" "value" $istiod) -}}
{{- end -}}
{{- if ne $v.mesh.clusterId "Kubernetes" -}}
{{- $env = append $env (dict "name" "WAYPOINT_MESH_CLUSTER" "value" $v.mesh.clusterId) -}}
{{- end -}}
{{- if eq $v.mode "controller" -}}
{{- $env = append $env (dict "name" "WAYPOINT_CONTROLLER_NAMESPACE" "value" .Release.Namespace) -}}
{{- end -}}
{{- with $v.javaOptions -}}
{{- $env = append $env (dict "name" "JDK_JAVA_OPTIONS" "value" .) -}}
{{- end -}}
{{- $pullSecrets := list -}}
{{- range $v.image.pullSecrets -}}
{{- $pullSecrets = append $pullSecrets (dict "name" .) -}}
{{- end -}}
{{- $least := ternary ($v.autoscaling.minReplicas | int) ($v.replicas | int) $v.autoscaling.enabled -}}
{{- $_ := set $facts "image" (include "waypoint.image" .) -}}
{{- $_ := set $facts "imagePullPolicy" $v.image.pullPolicy -}}
{{- $_ := set $facts "imagePullSecrets" ($pullSecrets | default nil) -}}
{{- $_ := set $facts "version" .Chart.AppVersion -}}
{{- $_ := set $facts "readerRole" (include "waypoint.readerRole" .) -}}
{{- $_ := set $facts "replicas" (ternary nil ($v.replicas | int) $v.autoscaling.enabled) -}}
{{- $_ := set $facts "autoscaling" $v.autoscaling.enabled -}}
{{- $_ := set $facts "minReplicas" $v.autoscaling.minReplicas -}}
{{- $_ := set $facts "maxReplicas" $v.autoscaling.maxReplicas -}}
{{- $_ := set $facts "targetCpuPercent" $v.autoscaling.targetCpuPercent -}}
{{- $_ := set $facts "disruption" (and $v.podDisruptionBudget.enabled (gt $least 1)) -}}
{{- $_ := set $facts "trafficDistribution" $v.trafficDistribution -}}
{{- $_ := set $facts "resources" $v.resources -}}
{{- $_ := set $facts "terminationGracePeriodSeconds" $v.terminationGracePeriodSeconds -}}
{{- $_ := set $facts "priorityClassName" $v.priorityClassName -}}
{{- $_ := set $facts "nodeSelector" ($v.nodeSelector | default nil) -}}
{{- $_ := set $facts "affinity" ($v.affinity | default nil) -}}
{{- $_ := set $facts "tolerations" ($v.tolerations | default nil) -}}
{{- $_ := set $facts "env" (concat $env $v.env) -}}
{{- $_ := set $facts "overlay" (include "waypoint.overlay" . | fromJson) -}}
{{- toJson $facts -}}
{{- end -}}

{{/* What goes over the filled files, by kind, as in a Gateway's infrastructure.parametersRef. */}}
{{- define "waypoint.overlay" -}}
{{- $metadata := dict -}}
{{- range $key := list "labels" "annotations" -}}
{{- with get $.Values $key -}}
{{- $_ := set $metadata $key . -}}
{{- end -}}
{{- end -}}
{{- $pod := dict -}}
{{- with mergeOverwrite (deepCopy .Values.labels) .Values.podLabels -}}
{{- $_ := set $pod "metadata" (dict "labels" .) -}}
{{- end -}}
{{- with .Values.podAnnotations -}}
{{- $_ := set $pod "metadata" (mergeOverwrite ($pod.metadata | default dict) (dict "annotations" .)) -}}
{{- end -}}
{{- with .Values.topologySpreadConstraints -}}
{{- $_ := set $pod "spec" (dict "topologySpreadConstraints" .) -}}
{{- end -}}
{{- $overlay := dict -}}
{{- range $kind, $wanted := .Values.overlay -}}
{{- $over := dict -}}
{{- if $metadata -}}
{{- $_ := set $over "metadata" (deepCopy $metadata) -}}
{{- end -}}
{{- if and $pod (eq $kind "deployment") -}}
{{- $_ := set $over "spec" (dict "template" $pod) -}}
{{- end -}}
{{- with mergeOverwrite $over $wanted -}}
{{- $_ := set $overlay $kind . -}}
{{- end -}}
{{- end -}}
{{- toJson $overlay -}}
{{- end -}}

{{/* A file of waypoint/ for this release's Gateway. Arguments: root, file, and which overlay. */}}
{{- define "waypoint.object" -}}
{{- $root := .root -}}
{{- $name := include "waypoint.name" $root -}}
{{- $facts := include "waypoint.facts" $root | fromJson -}}
{{- $_ := set $facts "managedBy" $root.Release.Service -}}
{{- $_ := set $facts "name" $name -}}
{{- $_ := set $facts "namespace" $root.Release.Namespace -}}
{{- $_ := set $facts "gateway" (printf "%s/%s" $root.Release.Namespace $name) -}}
{{- $_ := set $facts "gatewayClassName" $root.Values.gateway.className -}}
{{- $_ := set $facts "waypointFor" $root.Values.gateway.waypointFor -}}
{{- $_ := set $facts "network" $root.Values.mesh.network -}}
{{- $_ := set $facts "leaseName" (printf "%s-status" $name) -}}
{{- $_ := set $facts "clusterRoleBinding" (include "waypoint.clusterName" $root) -}}
{{- $text := $root.Files.Get (printf "waypoint/%s.yaml" .file) -}}
{{- range $fact, $value := $facts -}}
{{- $text = replace (printf "${%s}" $fact) (toJson $value | replace "${" "\\u0024{") $text -}}
{{- end -}}
{{- $object := regexReplaceAll "(?m)^ *[^ ]+: null\n" $text "" | fromYaml -}}
{{- $object = mergeOverwrite $object (get ($facts.overlay | default dict) (.overlay | default "none") | default dict) -}}
{{- toYaml $object -}}
{{- end -}}

{{- define "waypoint.readerRules" -}}
- apiGroups: [gateway.networking.k8s.io]
  resources:
    - gatewayclasses
    - gateways
    - httproutes
    - grpcroutes
    - tcproutes
    - tlsroutes
    - referencegrants
    - backendtlspolicies
  verbs: [get, list, watch]
- apiGroups: [gateway.networking.k8s.io]
  resources: [gatewayclasses/status, httproutes/status, grpcroutes/status, backendtlspolicies/status]
  verbs: [get, patch]
- apiGroups: [security.istio.io]
  resources: [authorizationpolicies, requestauthentications]
  verbs: [get, list, watch]
- apiGroups: [networking.istio.io]
  resources: [destinationrules, virtualservices, serviceentries, workloadentries]
  verbs: [get, list, watch]
- apiGroups: [waypoint.dev]
  resources: [faults, localratelimits, globalratelimits]
  verbs: [get, list, watch]
- apiGroups: [telemetry.istio.io]
  resources: [telemetries]
  verbs: [get, list, watch]
# The mesh's settings.
- apiGroups: [""]
  resources: [configmaps]
  resourceNames: [istio]
  verbs: [get, list, watch]
# Whether a controller is at work, which then writes the status of Gateways.
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [waypoint-controller]
  verbs: [get]
# What we think of a policy is told beside it.
- apiGroups: ["", events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- if eq .Values.mesh.discovery "kubernetes" }}
- apiGroups: [""]
  resources: [namespaces, services, pods]
  verbs: [get, list, watch]
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [get, list, watch]
{{- end }}
{{- end -}}

{{/* The pods of this release. */}}
{{- define "waypoint.selector" -}}
{{- if eq .Values.mode "waypoint" -}}
gateway.networking.k8s.io/gateway-name: {{ include "waypoint.name" . | quote }}
{{- else -}}
app.kubernetes.io/name: waypoint
app.kubernetes.io/instance: {{ include "waypoint.name" . | quote }}
app.kubernetes.io/component: controller
{{- end -}}
{{- end -}}

{{- define "waypoint.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "waypoint.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* What a schema cannot see. */}}
{{- define "waypoint.check" -}}
{{- $grace := 30 -}}
{{- with ((.Values.settings).drain).grace -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- $grace = ternary (mul $number 60) (ternary (mul $number 3600) (ternary (div $number 1000) $number (eq $unit "ms")) (eq $unit "h")) (eq $unit "m") -}}
{{- end -}}
{{- if le (.Values.terminationGracePeriodSeconds | int) ($grace | int) -}}
{{- fail (printf "terminationGracePeriodSeconds is %d, but a drain may take settings.drain.grace, %ds: pods would be killed in the middle of requests; make it %d or more" (.Values.terminationGracePeriodSeconds | int) ($grace | int) (add $grace 5)) -}}
{{- end -}}
{{- if gt (.Values.autoscaling.minReplicas | int) (.Values.autoscaling.maxReplicas | int) -}}
{{- fail (printf "autoscaling.minReplicas is %d and more than autoscaling.maxReplicas, %d" (.Values.autoscaling.minReplicas | int) (.Values.autoscaling.maxReplicas | int)) -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not ((.Values.resources).requests).cpu) -}}
{{- fail "autoscaling.enabled needs resources.requests.cpu, of which targetCpuPercent is a part; set it, or autoscaling.enabled=false" -}}
{{- end -}}
{{- if and (eq .Values.gateway.allowFrom "Selector") (not .Values.gateway.namespaceSelector) -}}
{{- fail "gateway.allowFrom is Selector, so gateway.namespaceSelector must say which namespaces" -}}
{{- end -}}
{{- end -}}
