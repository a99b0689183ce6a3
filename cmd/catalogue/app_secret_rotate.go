package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/secret"
)

// rotateVerb is one `app secret rotate`.
type rotateVerb struct {
	*appVerb
	file, out string
}

func newSecretRotateCommand(a *appVerb) *cobra.Command {
	v := &rotateVerb{appVerb: a}
	cmd := &cobra.Command{
		Use:   "rotate APP NAME [VALUE | -f FILE | -]",
		Short: "Make the next version of a secret, and have the app's env name it",
		Long: `rotate puts a new value into the swarm under the next version (v2 after v1), and
writes that version into the app's env. The value is generated, unless one is
given as with insert; secrets that are not to be generated need one.

The app gets it with the next deploy. The old version stays until it is removed
with rm: a rollback needs it.`,
		Example: `  catalogue app secret rotate cloud.example.org db_password --out new-password
  catalogue app secret rotate mail.example.org smtp_pass - < password`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return v.run(cmd.Context(), args[0], args[1], args[2:])
		},
	}
	cmd.Flags().StringVarP(&v.file, "file", "f", "", "file with the value, taken as it is")
	cmd.Flags().StringVar(&v.out, "out", "", "write a generated value to this new file, readable by you only, instead of showing it")
	return cmd
}

func (v *rotateVerb) run(ctx context.Context, domain, name string, args []string) error {
	given, err := v.given(ctx, args)
	if err != nil {
		return err
	}
	want, err := v.wanted(ctx, domain)
	if err != nil {
		return err
	}
	app := want.App
	old, err := findSecret(want, name)
	if err != nil {
		return err
	}
	if old.Version == "" || old.Variable == "" {
		return refusedf("the recipe's name for secret %s, %s, carries no version of the app's env: it cannot have another one", old.Short, old.Name)
	}
	if given == nil && !old.Generate {
		if given, err = v.read(ctx, nil); err != nil {
			return err
		}
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return err
	}
	defer done()
	held, err := d.SecretVersions(ctx, want, []secret.Secret{old})
	if err != nil {
		return appError(err)
	}
	next := old
	next.Version = deploy.NextVersion(old.Version, held)
	next.Name = old.NameFor(next.Version)
	return v.rotate(ctx, d, want, next, given)
}

// given is the operator's own value; nil where none is named.
func (v *rotateVerb) given(ctx context.Context, args []string) (*secret.Value, error) {
	switch {
	case len(args) == 0 && v.file == "":
		return nil, nil
	case v.out != "":
		return nil, usagef("app secret rotate: --out is for a generated value")
	}
	return v.read(ctx, args)
}

func (v *rotateVerb) read(ctx context.Context, args []string) (*secret.Value, error) {
	data, err := v.secretValue(ctx, "rotate", args, v.file)
	if err != nil {
		return nil, err
	}
	value, err := secret.NewValue(data)
	if err != nil {
		return nil, usagef("app secret rotate: %w", err)
	}
	return &value, nil
}

func (v *rotateVerb) rotate(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, next secret.Secret, given *secret.Value) error {
	app := want.App
	question := fmt.Sprintf("Put %s %s into the swarm of server %s, and set %s=%[2]s in %[5]s?", next.Short, next.Version, app.Server, next.Variable, app.Path)
	if err := v.confirm(ctx, question); err != nil {
		return err
	}
	if err := v.putNext(ctx, d, next, given); err != nil {
		return err
	}
	if err := app.SetVar(next.Variable, next.Version); err != nil {
		return &exitError{exitUnclear, fmt.Errorf("secret %s is in the swarm, but %s does not say so yet: set %s=%s in it: %w", next.Name, app.Path, next.Variable, next.Version, err)}
	}
	for _, other := range want.Secrets {
		if other.Variable == next.Variable && other.Name != next.NameFor(other.Version) && other.Short != next.Short {
			v.warn("secret %s takes its version from %s too: generate or insert its %s as well", other.Short, next.Variable, next.Version)
		}
	}
	v.say("Set %s=%s in %s. The app gets it with: catalogue app deploy %s", next.Variable, next.Version, app.Path, app.Domain)
	return nil
}

func (v *rotateVerb) putNext(ctx context.Context, d *deploy.Deployer, next secret.Secret, given *secret.Value) error {
	if given != nil {
		if err := d.Insert(ctx, next.Name, *given); err != nil || !v.json {
			return appError(err)
		}
		return v.printInserted(next)
	}
	// The file first: a value must not be lost for want of a place to put it.
	out, closeOut, err := v.secretOutput(v.out)
	if err != nil {
		return err
	}
	made, err := d.Generate(ctx, []secret.Secret{next})
	return errors.Join(v.printGenerated(out, made), appError(err), closeOut())
}

// namesOf lists secrets for a question.
func namesOf(secrets []secret.Secret) string {
	names := make([]string, len(secrets))
	for i, s := range secrets {
		names[i] = s.Short + " " + s.Version
	}
	return strings.Join(names, ", ")
}
