package bump

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// job is a Job at work.
type job struct {
	Job
	texts map[string]*recipe.Text // of the files that may change, as they stand
	pins  map[string]pin          // by service
	uses  []use
}

// maxUses bounds the images of one recipe, and so the questions to registries; real
// ones have up to 30.
const maxUses = 500

func newJob(o Job) (*job, error) {
	j := &job{Job: o}
	if err := readable(o.Recipe); err != nil {
		return nil, err
	}
	var err error
	if j.texts, err = texts(o.Recipe); err != nil {
		return nil, err
	}
	if j.pins, err = readPins(o.Recipe.FS); err != nil {
		return nil, err
	}
	j.uses = uses(scopes(o.Recipe, j.texts, stack.NewCache(o.Recipe, nil)))
	if len(j.uses) > maxUses {
		return nil, fmt.Errorf("the recipe's files name more than %d images; that is more than any app needs", maxUses)
	}
	return j, j.checkServices()
}

// readable refuses a recipe of which a part that may hold tags is not known.
func readable(r *recipe.Recipe) error {
	for _, fault := range r.Faults {
		switch fault.Code {
		case recipe.CodeDynamicExport, recipe.CodeShellSyntax, recipe.CodeShellTooLarge, recipe.CodeMarkdown, recipe.CodeMetadataOpen,
			recipe.CodeYAMLDocuments, recipe.CodeEnvSyntax, recipe.CodeEnvExpansion:
			continue // what could be read stands, and the images are looked at again at the end
		}
		if fault.Span.File != "README.md" {
			return fmt.Errorf("%s:%d: %s", fault.Span.File, max(fault.Span.Line, 1), fault.Message)
		}
	}
	return nil
}

// texts are the files that hold tags.
func texts(r *recipe.Recipe) (map[string]*recipe.Text, error) {
	found := map[string]*recipe.Text{}
	for _, file := range r.Compose {
		found[file.Path] = recipe.NewText(string(file.Data))
	}
	if r.EnvSample != nil {
		found[r.EnvSample.Path] = recipe.NewText(string(r.EnvSample.Bytes()))
	}
	if r.AbraSh != nil {
		data, err := recipe.ReadFile(r.FS, r.AbraSh.Path)
		if err != nil {
			return nil, err
		}
		found[r.AbraSh.Path] = recipe.NewText(string(data))
	}
	return found, nil
}

// ErrNoService says that a service that was named is not in the recipe.
var ErrNoService = errors.New("no such service with an image")

func (j *job) checkServices() error {
	var known []string
	for _, u := range j.uses {
		if !slices.Contains(known, u.service) {
			known = append(known, u.service)
		}
	}
	for _, name := range j.Services {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%q: %w; there are %s", name, ErrNoService, strings.Join(known, ", "))
		}
	}
	return nil
}

func (j *job) selected(service string) bool {
	return len(j.Services) == 0 || slices.Contains(j.Services, service)
}
