package main

import (
	"fmt"

	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	gateway "sigs.k8s.io/gateway-api/apis/v1"
)

// joined wants what names another object of the chart to find it: selectors their pods, ports their containers, routes their
// Services, accounts, claims.
func joined(all []runtime.Object) (wrong []string) {
	complain := func(object runtime.Object, what string, args ...any) {
		wrong = append(wrong, title(object)+": "+fmt.Sprintf(what, args...))
	}
	var pods []*pod
	there := map[string]bool{}
	ports := map[string]bool{}
	account := ""
	for _, object := range all {
		there[title(object)] = true
		if p := podOf(object); p != nil {
			pods = append(pods, p)
		}
		if a, ok := object.(*core.ServiceAccount); ok {
			account = a.Name
		}
		if s, ok := object.(*core.Service); ok {
			for _, port := range s.Spec.Ports {
				ports[s.Name+" "+port.Name] = true
				ports[fmt.Sprint(s.Name, " ", port.Port)] = true
			}
		}
	}
	selected := func(object runtime.Object, by *metav1.LabelSelector) (found []*pod) {
		selector, err := metav1.LabelSelectorAsSelector(by)
		if err != nil {
			complain(object, "%v", err)
			return nil
		}
		for _, p := range pods {
			if selector.Matches(labels.Set(p.labels)) {
				found = append(found, p)
			}
		}
		if len(found) == 0 {
			complain(object, "selects no pod")
		}
		return found
	}
	backends := func(object runtime.Object, refs []gateway.BackendRef) {
		for _, ref := range refs {
			if ref.Port == nil || !ports[fmt.Sprint(ref.Name, " ", *ref.Port)] {
				complain(object, "leads to %s, which no Service has", ref.Name)
			}
		}
	}
	for _, object := range all {
		if p := podOf(object); p != nil && account != "" && p.spec.ServiceAccountName != account {
			if _, hook := object.(*batch.Job); !hook || p.spec.ServiceAccountName != "default" { // a hook runs before the account is made
				complain(object, "runs as %s, and the chart makes %s", p.spec.ServiceAccountName, account)
			}
		}
		switch o := object.(type) {
		case *apps.Deployment:
			for _, p := range selected(o, o.Spec.Selector) {
				if p.of != title(o) {
					complain(o, "selects the pods of %s too", p.of)
				}
			}
		case *core.Service:
			for _, p := range selected(o, &metav1.LabelSelector{MatchLabels: o.Spec.Selector}) {
				for _, port := range o.Spec.Ports {
					if !has(p, port.TargetPort.String()) && o.Spec.ClusterIP != core.ClusterIPNone {
						complain(o, "%s of %s is no port", port.TargetPort.String(), p.of)
					}
				}
			}
		case *policy.PodDisruptionBudget:
			selected(o, o.Spec.Selector)
		case *networking.NetworkPolicy:
			selected(o, &o.Spec.PodSelector)
		case *autoscaling.HorizontalPodAutoscaler:
			if !there["v1.Deployment "+o.Spec.ScaleTargetRef.Name] {
				complain(o, "scales %s, which isn't there", o.Spec.ScaleTargetRef.Name)
			}
			if o.Spec.MinReplicas == nil || *o.Spec.MinReplicas > o.Spec.MaxReplicas {
				complain(o, "has more at least than at most")
			}
		case *networking.Ingress:
			for _, rule := range o.Spec.Rules {
				for _, path := range rule.HTTP.Paths {
					if to := path.Backend.Service; !ports[to.Name+" "+to.Port.Name] {
						complain(o, "leads to %s, which no Service has", to.Name)
					}
				}
			}
		case *gateway.HTTPRoute:
			for _, rule := range o.Spec.Rules {
				for _, ref := range rule.BackendRefs {
					backends(o, []gateway.BackendRef{ref.BackendRef})
				}
			}
		case *gateway.TLSRoute:
			for _, rule := range o.Spec.Rules {
				backends(o, rule.BackendRefs)
			}
		}
	}
	return wrong
}

func has(p *pod, port string) bool {
	for _, c := range p.spec.Containers {
		for _, each := range c.Ports {
			if each.Name == port || fmt.Sprint(each.ContainerPort) == port {
				return true
			}
		}
	}
	return false
}
