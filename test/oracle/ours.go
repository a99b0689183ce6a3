package oracle

import (
	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Ours converts with the product's own code, and fills in IDs as apply does
// in an engine where each secret and config has its own name as ID.
func Ours(c Case) (*convert.Specs, *stack.Stack, error) {
	fsys, closeDir, err := recipe.OpenDir(c.Dir)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = closeDir() }()
	s := load(c, fsys)
	specs, err := convert.Convert(s, convert.Options{Dir: c.Dir, Preview: true})
	if err != nil {
		return nil, s, err
	}
	fillIDs(specs)
	return specs, s, nil
}

func fillIDs(specs *convert.Specs) {
	for _, svc := range specs.Services {
		for _, ref := range svc.TaskTemplate.ContainerSpec.Secrets {
			ref.SecretID = ref.SecretName
		}
		for _, ref := range svc.TaskTemplate.ContainerSpec.Configs {
			ref.ConfigID = ref.ConfigName
		}
	}
}
