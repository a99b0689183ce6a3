package deploy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/shlex"
)

// The variables of an app's env that name functions to call once it is up.
const (
	PostDeploy  = "POST_DEPLOY_CMDS"
	PostUpgrade = "POST_UPGRADE_CMDS"
)

// Hook is one function of abra.sh to call in a service.
type Hook struct {
	Service, Function string
	Args              []string
}

func (h Hook) String() string {
	return strings.Join(append([]string{h.Service, h.Function}, h.Args...), " ")
}

// Hooks reads a variable such as POST_DEPLOY_CMDS:
// "<service> <function> [argument…]|…". It fails with ErrRefused where one cannot
// be called.
func (s *Script) Hooks(variable string) ([]Hook, error) {
	var hooks []Hook
	var errs []error
	for part := range strings.SplitSeq(s.Env[variable], "|") {
		words, err := shlex.Split(part)
		if len(words) == 0 && err == nil {
			continue
		}
		hook, err := s.hook(words, err)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %q: %w", s.App.Path, variable, strings.TrimSpace(part), err))
			continue
		}
		hooks = append(hooks, hook)
	}
	if len(errs) > 0 {
		return nil, refused(errors.Join(errs...))
	}
	return hooks, nil
}

func (s *Script) hook(words []string, err error) (Hook, error) {
	switch {
	case err != nil:
		return Hook{}, err
	case len(words) < 2:
		return Hook{}, errors.New("expected <service> <function> [argument…]")
	case !slices.Contains(s.Services, words[0]):
		return Hook{}, fmt.Errorf("the recipe has no service %q; it has: %s", words[0], strings.Join(s.Services, ", "))
	}
	return Hook{Service: words[0], Function: words[1], Args: words[2:]}, s.Check(words[1])
}
