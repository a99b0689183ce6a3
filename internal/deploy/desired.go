package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"coopcloud.tech/catalogue/internal/deploy/convert"
	"coopcloud.tech/catalogue/internal/deploy/secret"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// Desired is what an app is to be, as specs and what goes with them.
type Desired struct {
	App      *App
	Source   Source
	Recipe   *recipe.Recipe
	Env      stack.Env // the app's, with the exports of abra.sh
	Stack    *stack.Stack
	Specs    *convert.Specs
	Secrets  []secret.Secret // external ones, which the operator generates or inserts
	Timeout  time.Duration   // from the recipe's label or the app's TIMEOUT; 0: neither says
	Warnings []string
}

// Prepare merges, interpolates and converts the recipe with the app's env. It
// refuses what our engine cannot run, with file and line.
func Prepare(app *App, source Source) (*Desired, error) {
	r, err := source.read()
	if err != nil {
		return nil, err
	}
	env := stack.NewEnv(r, app.Env, stack.Name(app.Domain))
	loaded := stack.Load(r, env, env.Files())
	specs, err := convert.Convert(loaded, convert.Options{
		Env:    exposedEnv(app, source, env),
		Labels: appLabels(loaded, source),
	})
	if err != nil {
		return nil, refused(fmt.Errorf("recipe %s %s:\n%w", source.Recipe, source.Version, err))
	}
	if len(specs.Services) == 0 {
		return nil, refused(fmt.Errorf("recipe %s %s: %s has no services", source.Recipe, source.Version, strings.Join(loaded.Files, ", ")))
	}
	secrets, err := secret.List(r, loaded, app.Env)
	if err != nil {
		return nil, refused(err)
	}
	return &Desired{
		App: app, Source: source, Recipe: r, Env: env, Stack: loaded, Specs: specs, Secrets: secrets,
		Timeout:  timeout(loaded, env),
		Warnings: slices.Concat(unsaid(app, r.EnvSample), warnings(loaded, env, source), specs.Warnings),
	}, nil
}

// unsaid lists what the sample sets and the app's env does not: often a
// variable that a newer version of the recipe needs.
func unsaid(app *App, sample *recipe.EnvFile) []string {
	if sample == nil {
		return nil
	}
	var list []string
	for _, line := range sample.Vars() {
		warning := fmt.Sprintf("%s missing from %s.env; .env.sample sets it", line.Key, app.Domain)
		if _, said := app.Env.Get(line.Key); !said && !slices.Contains(list, warning) {
			list = append(list, warning)
		}
	}
	return list
}

// exposedEnv is the whole env of the app: templates of configs read it in the
// container. TYPE carries the version that is deployed.
func exposedEnv(app *App, source Source, env stack.Env) map[string]string {
	exposed := maps.Clone(env.Vars)
	key := "TYPE"
	if found, ok := app.typeVar(); ok {
		key = found.Key
	}
	exposed[key] = source.Recipe + ":" + source.Version
	return exposed
}

// appLabels are what other tools and the next deploy read from service app. A
// version label of the recipe's own stays.
func appLabels(s *stack.Stack, source Source) map[string]string {
	prefix := "coop-cloud." + s.Name + "."
	labels := map[string]string{
		prefix + "recipe": source.Recipe,
		prefix + "chaos":  strconv.FormatBool(source.Chaos),
	}
	if source.Chaos {
		labels[prefix+"chaos-version"] = source.Version
	}
	if own, _ := s.Version(); own == "" && !source.Chaos {
		labels[prefix+"version"] = source.Version
	}
	return labels
}

// warnings are what the operator should hear: what our engine drops, and
// broken lines of the env.
func warnings(s *stack.Stack, env stack.Env, source Source) []string {
	var list []string
	for _, d := range s.Diagnostics {
		// Optional variables are left unset on purpose; see unsaid for the others.
		if d.Code != stack.CodeUnsetVariable && (d.Engine == stack.Ignore || d.Engine == stack.Mangle) {
			list = append(list, fmt.Sprintf("%s:%d: %s", d.Span.File, d.Span.Line, d.Message))
		}
	}
	for _, fault := range env.Faults {
		list = append(list, fmt.Sprintf("%s:%d: %s", fault.Span.File, fault.Span.Line, fault.Message))
	}
	if own, _ := s.Version(); own != "" && !source.Chaos && own != source.Version {
		list = append(list, fmt.Sprintf("the recipe's version label says %s, but this is version %s", own, source.Version))
	}
	if len(source.Moved) > 0 {
		list = append(list, fmt.Sprintf("the tag of version %s was moved: it names commit %.12s, and before named %.12s",
			source.Version, source.Commit, source.Moved[len(source.Moved)-1]))
	}
	return list
}

// timeout reads the recipe's label, then the app's TIMEOUT, in seconds.
func timeout(s *stack.Stack, env stack.Env) time.Duration {
	app := s.Service("app")
	if app == nil {
		return seconds(env.Vars["TIMEOUT"])
	}
	if label := seconds(app.Deploy.Labels["coop-cloud."+s.Name+".timeout"]); label > 0 {
		return label
	}
	return seconds(env.Vars["TIMEOUT"])
}

const maxTimeout = 24 * time.Hour

func seconds(text string) time.Duration {
	n, err := strconv.ParseUint(strings.TrimSpace(text), 10, 32)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Second, maxTimeout)
}

// missing lists what has to be in the swarm before the first write, each with
// what to run.
func (d *Desired) missing(have *swarmState) []string {
	existing := decider{have: have}
	var list []string
	for _, name := range d.Specs.ExternalSecrets {
		if _, found := existing.secret(name); !found {
			list = append(list, d.missingSecret(name))
		}
	}
	for _, name := range d.Specs.ExternalNetworks {
		if _, found := swarmNetwork(have.Networks, name); !found {
			list = append(list, fmt.Sprintf("external network %s does not exist in the swarm; run: docker network create -d overlay %[1]s", name))
		}
	}
	for _, name := range d.Specs.ExternalConfigs {
		if _, found := existing.config(name); !found {
			list = append(list, fmt.Sprintf("external config %s does not exist; run: docker config create %[1]s FILE", name))
		}
	}
	return list
}

// locate is where the compose files set something, as " (compose.yml:12)": there
// or, where they do not, the thing around it.
func (d *Desired) locate(path ...string) string {
	for ; len(path) > 0; path = path[:len(path)-1] {
		if at := d.Stack.Span(path...); at.Line > 0 {
			return fmt.Sprintf(" (%s:%d)", at.File, at.Line)
		}
	}
	return ""
}

// missingSecret words the error as abra does: scripts look for it.
func (d *Desired) missingSecret(name string) string {
	s, ok := secret.Find(d.Secrets, name)
	run := fmt.Sprintf("%s %s %s", d.App.Domain, s.Short, s.Version)
	switch {
	case !ok || s.Version == "":
		return fmt.Sprintf("secret not inserted: %s; run: docker secret create %s FILE", name, name)
	case s.Generate:
		return fmt.Sprintf("secret not generated: %s; run: catalogue app secret generate %s", s.Short, run)
	default:
		return fmt.Sprintf("secret not inserted (#generate=false): %s; run: catalogue app secret insert %s -", s.Short, run)
	}
}
