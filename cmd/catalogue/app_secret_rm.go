package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/secret"
)

// secretRemoval is one `app secret rm`.
type secretRemoval struct {
	*appVerb
	all, force bool
}

func newSecretRemoveCommand(a *appVerb) *cobra.Command {
	v := &secretRemoval{appVerb: a}
	cmd := &cobra.Command{
		Use:   "rm APP NAME [VERSION] | --all",
		Short: "Remove a version of a secret, or all secrets of an app",
		Long: `rm removes secrets from the swarm, which cannot give them back. Without VERSION
there must be no more than one. What a service uses stays; what a release in the
app's history refers to needs --force, since nobody can go back to it then.`,
		Example: `  catalogue app secret rm cloud.example.org db_password v1
  catalogue app secret rm --all old.example.org`,
		Args: cobra.RangeArgs(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			if v.all == (len(args) > 1) {
				return usagef("app secret rm: name a secret, or give --all")
			}
			return v.run(cmd.Context(), args[0], args[1:])
		},
	}
	cmd.Flags().BoolVarP(&v.all, "all", "a", false, "every version of every secret of the app")
	cmd.Flags().BoolVarP(&v.force, "force", "f", false, "remove what a release in the history refers to")
	return cmd
}

func (v *secretRemoval) run(ctx context.Context, domain string, words []string) error {
	want, err := v.wanted(ctx, domain)
	if err != nil {
		return err
	}
	app := want.App
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return err
	}
	defer done()
	chosen, err := v.choose(ctx, d, want, words)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return v.removed(app, []string{})
	}
	if err := deploy.CheckSecretRemoval(chosen, v.force); err != nil {
		return appError(err)
	}
	question := fmt.Sprintf("Remove from server %s, for good: %s?", app.Server, swarmNames(chosen))
	if err := v.confirm(ctx, question); err != nil {
		return err
	}
	names, err := d.RemoveSecrets(ctx, chosen)
	if err != nil {
		return appError(err)
	}
	return v.removed(app, names)
}

func (v *secretRemoval) choose(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, words []string) ([]deploy.SecretVersion, error) {
	if len(words) == 0 {
		all, err := d.SecretVersions(ctx, want, want.Secrets)
		return all, appError(err)
	}
	found, err := findSecret(want, words[0])
	if err != nil {
		return nil, err
	}
	held, err := d.SecretVersions(ctx, want, []secret.Secret{found})
	if err != nil {
		return nil, appError(err)
	}
	if len(words) == 1 && len(held) > 1 {
		return nil, usagef("app secret rm: the swarm has several versions of %s: %s; name one", found.Short, swarmNames(held))
	}
	if len(words) > 1 {
		held = slices.DeleteFunc(held, func(s deploy.SecretVersion) bool { return s.Version != words[1] })
	}
	if len(held) == 0 {
		return nil, refusedf("the swarm has no such version of secret %s of %s", found.Short, want.App.Domain)
	}
	return held, nil
}

func swarmNames(list []deploy.SecretVersion) string {
	names := make([]string, len(list))
	for i, s := range list {
		names[i] = s.Swarm
	}
	return strings.Join(names, ", ")
}

func (v *secretRemoval) removed(app *deploy.App, names []string) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(map[string]any{"app": app.Domain, "removed": names})
	}
	if len(names) == 0 {
		v.say("The swarm has no secret of %s.", app.Domain)
		return nil
	}
	v.say("Removed %s.", strings.Join(names, ", "))
	return nil
}
