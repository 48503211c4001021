package main

import (
	"fmt"
	"strings"

	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

// title names an object for people.
func title(object runtime.Object) string {
	named, err := meta.Accessor(object)
	if err != nil {
		return fmt.Sprintf("%T", object)
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", object), "*") + " " + named.GetName()
}

// pod is a pod that an object makes, or is.
type pod struct {
	of     string
	labels map[string]string
	spec   core.PodSpec
}

func podOf(object runtime.Object) *pod {
	switch o := object.(type) {
	case *apps.Deployment:
		return &pod{title(o), o.Spec.Template.Labels, o.Spec.Template.Spec}
	case *batch.Job:
		return &pod{title(o), o.Spec.Template.Labels, o.Spec.Template.Spec}
	case *core.Pod:
		return &pod{title(o), o.Labels, o.Spec}
	}
	return nil
}

// confined wants of every pod what the "restricted" standard wants (kubernetes.io/docs/concepts/security/pod-security-standards),
// and more: a root that can't be written, limits, no token, secrets nowhere in the environment.
func confined(all []runtime.Object) (wrong []string) {
	for _, object := range all {
		p := podOf(object)
		if p == nil {
			continue
		}
		want := func(ok bool, what string, args ...any) {
			if !ok {
				wrong = append(wrong, p.of+": "+fmt.Sprintf(what, args...))
			}
		}
		around := p.spec.SecurityContext
		want(around != nil && set(around.RunAsNonRoot) && around.RunAsUser != nil && *around.RunAsUser > 0, "the pod may run as root")
		want(around != nil && around.SeccompProfile != nil && around.SeccompProfile.Type == core.SeccompProfileTypeRuntimeDefault, "no seccomp profile")
		want(p.spec.AutomountServiceAccountToken != nil && !*p.spec.AutomountServiceAccountToken, "the pod gets a token for Kubernetes")
		want(!p.spec.HostNetwork && !p.spec.HostPID && !p.spec.HostIPC, "the pod shares the node's namespaces")
		for _, c := range append(p.spec.Containers, p.spec.InitContainers...) {
			s := c.SecurityContext
			want(s != nil && set(s.ReadOnlyRootFilesystem), "%s can write its root", c.Name)
			want(s != nil && s.AllowPrivilegeEscalation != nil && !*s.AllowPrivilegeEscalation, "%s may gain rights", c.Name)
			want(s != nil && s.Capabilities != nil && len(s.Capabilities.Drop) == 1 && s.Capabilities.Drop[0] == "ALL" && len(s.Capabilities.Add) == 0, "%s keeps capabilities", c.Name)
			for _, resource := range []core.ResourceName{core.ResourceCPU, core.ResourceMemory, core.ResourceEphemeralStorage} {
				want(given(c.Resources.Limits, resource) && given(c.Resources.Requests, resource), "%s has no limit or request for %s", c.Name, resource)
			}
			want(len(c.EnvFrom) == 0, "%s takes its environment from elsewhere", c.Name)
			seen := map[string]bool{}
			for _, e := range c.Env {
				want(!seen[e.Name], "%s has %s twice", c.Name, e.Name)
				seen[e.Name] = true
				want(e.ValueFrom == nil || e.ValueFrom.SecretKeyRef == nil, "%s has the secret %s in its environment", c.Name, e.Name)
			}
			volumes := map[string]bool{}
			for _, v := range p.spec.Volumes {
				volumes[v.Name] = true
			}
			for _, m := range c.VolumeMounts {
				want(volumes[m.Name], "%s mounts %s, which is no volume", c.Name, m.Name)
			}
		}
	}
	return wrong
}

func set(b *bool) bool { return b != nil && *b }

func given(list core.ResourceList, name core.ResourceName) bool {
	quantity := list[name]
	return !quantity.IsZero()
}
