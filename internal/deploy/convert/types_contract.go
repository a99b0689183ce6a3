// Package convert turns a stack into Docker Engine API specs. It is pure: no
// clock, no network, no files.
package convert

import (
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/stack"
)

// Specs is a stack as the Docker Engine API wants it, each list sorted by
// name. Network targets, secret and config references hold names; their IDs
// are looked up when the plan is applied.
type Specs struct {
	Stack            string              `json:"-"`
	Services         []swarm.ServiceSpec `json:"services"`
	Networks         []Network           `json:"networks"`
	Secrets          []swarm.SecretSpec  `json:"secrets"`
	Configs          []swarm.ConfigSpec  `json:"configs"`
	ExternalNetworks []string            `json:"-"`
	ExternalSecrets  []string            `json:"-"`
	ExternalConfigs  []string            `json:"-"`
}

// Network is a network to create.
type Network struct {
	Name string `json:"Name"`
	network.CreateOptions
}

// Options is what the deploy adds to the compose files.
type Options struct {
	Env    map[string]string // put into service app's environment; explicit environment wins
	Labels map[string]string // service labels for app, such as coop-cloud.<stack>.recipe
}

// Labels that docker stack deploy writes and reads.
const (
	LabelNamespace = "com.docker.stack.namespace"
	LabelImage     = "com.docker.stack.image"
)

// Convert converts the stack. The error joins everything that is wrong, each with file and line.
func Convert(s *stack.Stack, o Options) (*Specs, error) { panic("contract") }
