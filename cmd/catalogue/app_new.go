package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/recipe"
)

// newVerb is one `app new`.
type newVerb struct {
	*appVerb
	domain, server string
	set            []string // KEY=VALUE
	secrets, chaos bool
}

func newAppNewCommand(a *appVerb) *cobra.Command {
	v := &newVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "new RECIPE [VERSION] --domain DOMAIN [--server SERVER]",
		Short: "Create an app's env file from the recipe's .env.sample",
		Long: `new creates an app's env file from the .env.sample of VERSION, or of the latest.
On a terminal it asks for the domain and for what the sample leaves empty; an
empty answer leaves it so. --set and --domain answer beforehand, and -n asks
nothing.`,
		Example: `  catalogue app new vaultwarden --domain vault.example.com --secrets
  catalogue app new nextcloud 2.0.0+30.0.4-apache --domain cloud.example.com --set ADMIN_USER=ada -n`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&v.domain, "domain", "", "domain of the app, which also names it")
	flags.StringVar(&v.server, "server", "default", "server to run it on: a Docker context, an ssh host, or default")
	flags.StringArrayVar(&v.set, "set", nil, "KEY=VALUE to write into the env; may be repeated")
	flags.BoolVar(&v.secrets, "secrets", false, "generate the app's secrets too, and show them once")
	flags.BoolVarP(&v.chaos, "chaos", "C", false, "take the local copy of the recipe as it is")
	return cmd
}

func (v *newVerb) run(ctx context.Context, args []string) error {
	set, err := assignments(v.set)
	if err != nil {
		return err
	}
	if err := v.askDomain(ctx, args[0]); err != nil {
		return err
	}
	if err := v.mayWrite(); v.secrets && err != nil {
		return err
	}
	source, err := v.newSource(ctx, args, v.chaos)
	if err != nil {
		return err
	}
	app, err := deploy.NewApp(deploy.Dir(v.getenv), v.server, v.domain, source, func(env *recipe.EnvFile) error {
		return v.fill(ctx, env, set)
	})
	if err != nil {
		return appError(err)
	}
	if err := v.tellNew(app, source); err != nil || !v.secrets {
		return err
	}
	return v.generate(ctx, app, generateOptions{})
}

// assignment is one --set.
type assignment struct{ key, value string }

func assignments(texts []string) ([]assignment, error) {
	var list []assignment
	for _, text := range texts {
		key, value, ok := strings.Cut(text, "=")
		if !ok || key == "" {
			return nil, usagef("app new: --set %s: expected KEY=VALUE", text)
		}
		list = append(list, assignment{key, value})
	}
	return list, nil
}

// asks reports whether somebody may answer questions.
func (v *newVerb) asks() bool {
	_, ok := v.keyboard()
	return ok && !v.noInput && !v.json
}

func (v *newVerb) askDomain(ctx context.Context, recipe string) error {
	if v.domain == "" && v.asks() {
		answer, err := v.readLine(ctx, fmt.Sprintf("Domain, such as %s.example.com: ", recipe))
		if err != nil {
			return refusedf("interrupted; nothing was written")
		}
		v.domain = answer
	}
	if v.domain == "" {
		return usagef("app new: --domain is missing, such as --domain %s.example.com", recipe)
	}
	return nil
}

// fill writes what the operator has said into the env, and asks for what the
// sample leaves empty.
func (v *newVerb) fill(ctx context.Context, env *recipe.EnvFile, set []assignment) error {
	said := map[string]bool{}
	for _, one := range set {
		said[one.key] = true
		if err := env.Set(one.key, one.value); err != nil {
			return usagef("app new: --set %s: %w", one.key, err)
		}
	}
	for _, line := range env.Vars() {
		if line.Value != "" || said[line.Key] || !v.asks() {
			continue
		}
		said[line.Key] = true
		if err := v.ask(ctx, env, line); err != nil {
			return err
		}
	}
	return nil
}

func (v *newVerb) ask(ctx context.Context, env *recipe.EnvFile, line recipe.EnvVar) error {
	hint := ""
	if line.Comment != "" {
		hint = " (" + line.Comment + ")"
	}
	answer, err := v.readLine(ctx, line.Key+hint+": ")
	if err != nil {
		return refusedf("interrupted; nothing was written")
	}
	if answer == "" {
		return nil
	}
	return env.Set(line.Key, answer)
}

func (v *appVerb) newSource(ctx context.Context, args []string, chaos bool) (deploy.Source, error) {
	version := ""
	if len(args) > 1 {
		version = args[1]
	}
	if chaos {
		return localSource(deploy.Dir(v.getenv), args[0])
	}
	return v.recipeAt(ctx, args[0], version, v.offline)
}

func (v *appVerb) tellNew(app *deploy.App, source deploy.Source) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]string{
			"app": app.Domain, "server": app.Server, "path": app.Path, "recipe": source.Recipe, "version": source.Version,
		})
	}
	v.say("Created %s: %s %s on server %s.", app.Path, source.Recipe, source.Version, app.Server)
	v.say("Edit it, then run:")
	// An env that is yet to be filled in may not merge: then the hint is left out.
	if want, err := deploy.Prepare(app, source); err == nil && len(want.Secrets) > 0 {
		v.say("  catalogue app secret generate %s", app.Domain)
	}
	v.say("  catalogue app deploy %s", app.Domain)
	return nil
}
