package index

import (
	"cmp"
	"slices"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/stack"
)

// services lists the services that can run: those of the sample's set with the
// images that it gives them, and those that other overlays add.
func (s *study) services() ([]catalogue.Service, []catalogue.Problem) {
	var services []catalogue.Service
	var problems []catalogue.Problem
	seen := map[string]bool{}
	for _, from := range s.stacks {
		for _, service := range from.Services {
			if seen[service.Key] {
				continue
			}
			seen[service.Key] = true
			entry, problem := newService(from, service)
			if problem != nil {
				problems = append(problems, *problem)
			}
			if entry != nil {
				services = append(services, *entry)
			}
		}
	}
	slices.SortFunc(services, func(a, b catalogue.Service) int { return cmp.Compare(a.Name, b.Name) })
	return services, problems
}

// newService returns no service where there is no usable image.
func newService(from *stack.Stack, service *stack.Service) (*catalogue.Service, *catalogue.Problem) {
	where := place(from.Span("services", service.Key, "image"))
	if service.Image == "" {
		problem := problemf(where, "service %s has no image: left out", service.Key)
		return nil, &problem
	}
	image, err := stack.ParseImage(service.Image)
	if err != nil {
		problem := problemf(where, "service %s: left out: %v", service.Key, err)
		return nil, &problem
	}
	entry := &catalogue.Service{Name: service.Key, Image: image.Name, Tag: image.Tag, Digest: image.Digest}
	if image.Tag == "" {
		problem := problemf(where, "service %s: image %s has no tag: recipes.json leaves it out", service.Key, image.Name)
		return entry, &problem
	}
	return entry, nil
}
