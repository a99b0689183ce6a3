package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
)

func newAppNewCommand(v *appVerb) *cobra.Command {
	var domain, server string
	var secrets, chaos bool
	cmd := &cobra.Command{
		Use:   "new RECIPE [VERSION] --domain DOMAIN [--server SERVER]",
		Short: "Create an app's env file from the recipe's .env.sample",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if domain == "" {
				return usagef("app new: --domain is missing, such as --domain %s.example.com", args[0])
			}
			if err := v.mayWrite(); secrets && err != nil {
				return err
			}
			source, err := v.newSource(cmd.Context(), args, chaos)
			if err != nil {
				return err
			}
			app, err := deploy.NewApp(deploy.Dir(v.getenv), server, domain, source)
			if err != nil {
				return appError(err)
			}
			if err := v.tellNew(app, source); err != nil || !secrets {
				return err
			}
			return v.generate(cmd.Context(), app, generateOptions{})
		},
	}
	cmd.Flags().StringVar(&domain, "domain", "", "domain of the app, which also names it")
	cmd.Flags().StringVar(&server, "server", "default", "server to run it on: a Docker context, an ssh host, or default")
	cmd.Flags().BoolVar(&secrets, "secrets", false, "generate the app's secrets too, and show them once")
	cmd.Flags().BoolVarP(&chaos, "chaos", "C", false, "take the local copy of the recipe as it is")
	return cmd
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
