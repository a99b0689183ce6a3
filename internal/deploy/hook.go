package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/google/shlex"

	"coopcloud.tech/catalogue/internal/deploy/release"
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

// String leaves the arguments out: they may be secret.
func (h Hook) String() string { return h.Service + " " + h.Function }

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

// HookVariable names the variable whose functions are due once the plan is
// applied: PostDeploy where nothing of the app ran, or its first deploy never
// got well; PostUpgrade where a newer version comes; else "".
func (d *Deployer) HookVariable(ctx context.Context, plan *Plan) (string, error) {
	records, err := d.Releases(ctx, plan.Stack)
	if err != nil {
		return "", refused(err)
	}
	return hookVariable(plan, records), nil
}

func hookVariable(plan *Plan, records []release.Record) string {
	// What was before an undeploy is another life of the app.
	if at := slices.IndexFunc(records, func(r release.Record) bool { return r.Kind == release.Undeploy }); at >= 0 {
		records = records[:at]
	}
	good := release.LastGood(records)
	unfinished := len(records) > 0 && !records[0].Worked()
	switch {
	case !plan.Writes() && !unfinished:
		return ""
	case len(plan.observed.Services) == 0, good == nil && len(records) > 0:
		return PostDeploy
	case good != nil && newer(plan.Version, good.Version), good == nil && newer(plan.Version, plan.Running):
		return PostUpgrade
	}
	return ""
}

// newer compares recipe versions; another one that is no version counts as newer.
func newer(version, than string) bool {
	a, err := semver.NewVersion(version)
	b, err2 := semver.NewVersion(than)
	if err != nil || err2 != nil {
		return version != than
	}
	// What follows the plus sign is the app's own version, which semver ignores.
	return a.GreaterThan(b) || a.Equal(b) && version != than
}
