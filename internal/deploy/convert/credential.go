package convert

import (
	"github.com/docker/docker/api/types/swarm"
)

// credentialSpec is what a Windows container logs in with: nothing, or exactly one source.
func (s service) credentialSpec() *swarm.CredentialSpec {
	cs := s.CredentialSpec
	if cs == nil {
		return nil
	}
	spec := &swarm.CredentialSpec{File: cs.File, Registry: cs.Registry}
	at := s.path("credential_spec")
	switch n := count(cs.Config, cs.File, cs.Registry); {
	case n == 0:
		return nil
	case n > 1:
		s.failAt(at, "credential_spec: expected one of config, file and registry, found %d", n)
		return nil
	case cs.Config == "":
		return spec
	}
	o := find(s.converter.Configs, cs.Config)
	if o == nil {
		s.failAt(at.at("config"), "credential_spec: undefined config %q; define it under configs:", cs.Config)
		return nil
	}
	spec.Config = s.objectName(o)
	return spec
}

// credentialConfig is the key of the config that holds the credential spec.
func (s service) credentialConfig() string {
	if s.CredentialSpec == nil {
		return ""
	}
	return s.CredentialSpec.Config
}

func count(words ...string) (n int) {
	for _, w := range words {
		if w != "" {
			n++
		}
	}
	return n
}
