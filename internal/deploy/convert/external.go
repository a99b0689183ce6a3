package convert

import (
	"slices"

	"coopcloud.tech/catalogue/internal/stack"
)

// external lists the names of external objects that a service uses.
func (c *converter) external(objects []*stack.Object, uses func(*stack.Service, string) bool) []string {
	var names []string
	for _, o := range objects {
		used := func(svc *stack.Service) bool { return uses(svc, o.Key) }
		if o.External && slices.ContainsFunc(c.Services, used) {
			names = append(names, c.scope(o.Key, o.Name))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func usesSecret(svc *stack.Service, key string) bool {
	return slices.ContainsFunc(svc.Secrets, func(r stack.FileRef) bool { return r.Source == key })
}

func usesConfig(svc *stack.Service, key string) bool {
	credential := svc.CredentialSpec != nil && svc.CredentialSpec.Config == key
	return credential || slices.ContainsFunc(svc.Configs, func(r stack.FileRef) bool { return r.Source == key })
}
