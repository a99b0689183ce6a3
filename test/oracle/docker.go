// Package oracle asks Docker's own CLI code what a stack means, and compares.
//
// It is a module of its own (docker/cli brings some two hundred modules), so
// run it here: cd test/oracle && go test ./...
package oracle

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/distribution/reference"
	"github.com/docker/cli/cli/compose/convert"
	"github.com/docker/cli/cli/compose/loader"
	"github.com/docker/cli/cli/compose/schema"
	"github.com/docker/cli/cli/compose/types"
	"github.com/moby/moby/api/types/swarm"
	"github.com/moby/moby/client"
	"github.com/sirupsen/logrus"
)

// Case is one stack to convert in both ways.
type Case struct {
	Name  string            // STACK_NAME
	Dir   string            // folder of the files, absolute
	Files []string          // compose files in Dir, in order
	Env   map[string]string // all that ${…} sees

	Provide bool // make env files that are missing
}

// Specs is a stack as Engine API objects, as the tools print it.
type Specs struct {
	Services []swarm.ServiceSpec `json:"services"`
	Networks []Network           `json:"networks"`
	Secrets  []swarm.SecretSpec  `json:"secrets"`
	Configs  []swarm.ConfigSpec  `json:"configs"`
}

// Network is a network to create.
type Network struct {
	Name string
	client.NetworkCreateOptions
}

// Quiet silences the loader, which warns of thousands of old keys.
func Quiet() { logrus.SetOutput(io.Discard) }

// Load loads the stack as `docker stack deploy` does, its image check
// included.
func Load(c Case) (*types.Config, error) {
	details := types.ConfigDetails{WorkingDir: c.Dir, Environment: c.Env}
	for _, name := range c.Files {
		data, err := os.ReadFile(filepath.Join(c.Dir, name))
		if err != nil {
			return nil, err
		}
		config, err := loader.ParseYAML(data)
		if err != nil {
			return nil, err
		}
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: name, Config: config})
	}
	details.Version = schema.Version(details.ConfigFiles[0].Config)
	defer swapEnv(c.Env)()
	config, err := loader.Load(details)
	if err != nil {
		return nil, err
	}
	return config, checkImages(config)
}

// swapEnv makes env that of the process, from which the loader fills bare keys
// of env files, and returns what brings the old one back.
func swapEnv(env map[string]string) (restore func()) {
	old := os.Environ()
	set := func(pairs []string) {
		os.Clearenv()
		for _, pair := range pairs {
			key, value, _ := strings.Cut(pair, "=")
			_ = os.Setenv(key, value)
		}
	}
	pairs := make([]string, 0, len(env))
	for key, value := range env {
		pairs = append(pairs, key+"="+value)
	}
	set(pairs)
	return func() { set(old) }
}

func checkImages(config *types.Config) error {
	for _, svc := range config.Services {
		if _, err := reference.ParseAnyReference(svc.Image); err != nil {
			return fmt.Errorf("invalid image reference for service %s: %w", svc.Name, err)
		}
	}
	return nil
}

// Docker converts as `docker stack deploy` does, up to its first write.
func Docker(c Case, config *types.Config) (*Specs, error) {
	namespace := convert.NewNamespace(c.Name)
	specs := &Specs{Networks: networks(namespace, config)}
	var err error
	if specs.Secrets, err = convert.Secrets(namespace, config.Secrets); err != nil {
		return nil, err
	}
	if specs.Configs, err = convert.Configs(namespace, config.Configs); err != nil {
		return nil, err
	}
	services, err := convert.Services(context.Background(), namespace, config, everythingExists{})
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		sortReferences(s.TaskTemplate.ContainerSpec)
		specs.Services = append(specs.Services, s)
	}
	specs.sort()
	return specs, nil
}

// networks does what the CLI does around convert.Networks: only used ones,
// overlay by default.
func networks(namespace convert.Namespace, config *types.Config) []Network {
	used := map[string]struct{}{}
	for _, svc := range config.Services {
		if len(svc.Networks) == 0 {
			used["default"] = struct{}{}
		}
		for key := range svc.Networks {
			used[key] = struct{}{}
		}
	}
	var list []Network
	create, _ := convert.Networks(namespace, config.Networks, used)
	for name, o := range create {
		if o.Driver == "" {
			o.Driver = "overlay"
		}
		list = append(list, Network{name, o})
	}
	return list
}

func (s *Specs) sort() {
	sort.Slice(s.Services, func(i, j int) bool { return s.Services[i].Name < s.Services[j].Name })
	sort.Slice(s.Networks, func(i, j int) bool { return s.Networks[i].Name < s.Networks[j].Name })
	sort.Slice(s.Secrets, func(i, j int) bool { return s.Secrets[i].Name < s.Secrets[j].Name })
	sort.Slice(s.Configs, func(i, j int) bool { return s.Configs[i].Name < s.Configs[j].Name })
}

// sortReferences gives two references to one object an order; Docker leaves it
// to chance.
func sortReferences(c *swarm.ContainerSpec) {
	slices.SortStableFunc(c.Secrets, func(a, b *swarm.SecretReference) int {
		return cmp.Or(cmp.Compare(a.SecretName, b.SecretName), cmp.Compare(a.File.Name, b.File.Name))
	})
	slices.SortStableFunc(c.Configs, func(a, b *swarm.ConfigReference) int {
		return cmp.Or(cmp.Compare(a.ConfigName, b.ConfigName), cmp.Compare(target(a), target(b)))
	})
}

// target is the file of a config; one that goes to the runtime comes last.
func target(c *swarm.ConfigReference) string {
	if c.File == nil {
		return "\uffff"
	}
	return c.File.Name
}

// everythingExists is an engine in which each secret and config has its own
// name as ID.
type everythingExists struct{ client.APIClient }

func (everythingExists) SecretList(_ context.Context, o client.SecretListOptions) (client.SecretListResult, error) {
	var res client.SecretListResult
	for name := range o.Filters["name"] {
		spec := swarm.SecretSpec{Annotations: swarm.Annotations{Name: name}}
		res.Items = append(res.Items, swarm.Secret{ID: name, Spec: spec})
	}
	return res, nil
}

func (everythingExists) ConfigList(_ context.Context, o client.ConfigListOptions) (client.ConfigListResult, error) {
	var res client.ConfigListResult
	for name := range o.Filters["name"] {
		spec := swarm.ConfigSpec{Annotations: swarm.Annotations{Name: name}}
		res.Items = append(res.Items, swarm.Config{ID: name, Spec: spec})
	}
	return res, nil
}
