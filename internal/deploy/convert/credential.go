package convert

import (
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// credentialSpec is what a Windows container logs in with. A config is named
// here and handed to the runtime, not mounted.
func (s service) credentialSpec() *swarm.CredentialSpec {
	cs := s.CredentialSpec
	if cs == nil || *cs == (stack.CredentialSpec{}) {
		return nil
	}
	spec := &swarm.CredentialSpec{File: cs.File, Registry: cs.Registry}
	if o := s.credentialConfig(); o != nil {
		spec.Config = s.scope(o.Key, o.Name)
	} else if cs.Config != "" {
		s.undefined(s.path("credential_spec", "config"), "config", cs.Config)
	}
	return spec
}

func (s service) credentialConfig() *stack.Object {
	if s.CredentialSpec == nil {
		return nil
	}
	return find(s.converter.Configs, s.CredentialSpec.Config)
}
