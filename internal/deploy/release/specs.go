package release

import (
	"slices"

	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// Specs are the objects of a stack, sorted by name, as package convert makes
// them: references hold names, not IDs. File secrets stand in the services'
// references alone, as their bytes must not be here.
type Specs struct {
	Services  []swarm.ServiceSpec `json:"services"`
	Networks  []convert.Network   `json:"networks,omitempty"`
	Configs   []swarm.ConfigSpec  `json:"configs,omitempty"`
	DependsOn map[string][]string `json:"depends_on,omitempty"`
}

// predefined are networks that every engine has.
var predefined = []string{"host", "bridge", "none", "ingress"}

// Wanted returns the specs as those of a recipe. What they refer to and do not
// hold has to be in the swarm.
func (s Specs) Wanted(stack string) *convert.Specs {
	wanted := &convert.Specs{
		Stack: stack, Services: s.Services, Networks: s.Networks, Configs: s.Configs, DependsOn: s.DependsOn,
		ExternalSecrets: s.SecretNames(),
	}
	for _, name := range s.ConfigNames() {
		if !slices.ContainsFunc(s.Configs, func(c swarm.ConfigSpec) bool { return c.Name == name }) {
			wanted.ExternalConfigs = append(wanted.ExternalConfigs, name)
		}
	}
	for _, name := range s.NetworkNames() {
		own := slices.ContainsFunc(s.Networks, func(n convert.Network) bool { return n.Name == name })
		if !own && !slices.Contains(predefined, name) {
			wanted.ExternalNetworks = append(wanted.ExternalNetworks, name)
		}
	}
	return wanted
}

// SecretNames are the secrets that the services use.
func (s Specs) SecretNames() []string {
	return s.names(func(spec swarm.ServiceSpec) (names []string) {
		for _, ref := range spec.TaskTemplate.ContainerSpec.Secrets {
			names = append(names, ref.SecretName)
		}
		return names
	})
}

// ConfigNames are the configs that the services use.
func (s Specs) ConfigNames() []string {
	return s.names(func(spec swarm.ServiceSpec) (names []string) {
		for _, ref := range spec.TaskTemplate.ContainerSpec.Configs {
			names = append(names, ref.ConfigName)
		}
		return names
	})
}

// NetworkNames are the networks that the services join.
func (s Specs) NetworkNames() []string {
	return s.names(func(spec swarm.ServiceSpec) (names []string) {
		for _, attached := range spec.TaskTemplate.Networks {
			names = append(names, attached.Target)
		}
		return names
	})
}

func (s Specs) names(of func(swarm.ServiceSpec) []string) []string {
	var all []string
	for _, service := range s.Services {
		all = append(all, of(service)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
