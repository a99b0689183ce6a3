package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy"
	"coopcloud.tech/catalogue/internal/deploy/secret"
)

func newAppSecretCommand(v *appVerb) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "secret",
		Short: "Generate, insert, rotate, list and remove an app's secrets",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().BoolVarP(&v.local, "chaos", "C", false, "read the local copy of the recipe as it is")
	cmd.AddCommand(newSecretGenerateCommand(v), newSecretInsertCommand(v), newSecretRotateCommand(v),
		newSecretListCommand(v), newSecretRemoveCommand(v))
	return cmd
}

// generateOptions choose which secrets to make, and where their values go.
type generateOptions struct {
	name, version string // "": all that are missing
	out           string // a file; "" shows them
}

func newSecretGenerateCommand(v *appVerb) *cobra.Command {
	var o generateOptions
	all := false
	cmd := &cobra.Command{
		Use:   "generate APP [NAME [VERSION]]",
		Short: "Make the secrets that the app lacks, and show their values once",
		Long:  "generate makes values for secrets and puts them into the swarm. They are shown\nonce, or written with --out: Swarm cannot give them back.",
		Example: `  catalogue app secret generate cloud.example.com --out secrets.txt
  catalogue app secret generate cloud.example.com db_password v2`,
		Args: cobra.RangeArgs(1, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && len(args) > 1 {
				return usagef("app secret generate: --all makes every missing secret; name none")
			}
			if len(args) > 1 {
				o.name = args[1]
			}
			if len(args) > 2 {
				o.version = args[2]
			}
			app, err := v.find(args[0])
			if err != nil {
				return err
			}
			return v.generate(cmd.Context(), app, o)
		},
	}
	cmd.Flags().BoolVarP(&all, "all", "a", false, "every secret that the app lacks (the default without NAME)")
	cmd.Flags().StringVar(&o.out, "out", "", "write the values to this new file, readable by you only, instead of showing them")
	return cmd
}

func (v *appVerb) generate(ctx context.Context, app *deploy.App, o generateOptions) (err error) {
	want, err := v.prepare(ctx, app)
	if err != nil {
		return err
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return err
	}
	defer done()
	secrets, err := chooseSecrets(ctx, d, want, o)
	if err != nil {
		return err
	}
	if len(secrets) > 0 {
		if err := v.confirm(ctx, fmt.Sprintf("Make these secrets on server %s: %s?", app.Server, namesOf(secrets))); err != nil {
			return err
		}
	}
	// The file first: a value must not be lost for want of a place to put it.
	out, closeOut, err := v.secretOutput(o.out)
	if err != nil {
		return err
	}
	made, err := d.Generate(ctx, secrets)
	err = errors.Join(v.printGenerated(out, made), appError(err), closeOut())
	if err == nil && len(secrets) == 0 {
		v.say("No secret is missing that can be generated.")
	}
	if err == nil && o.out != "" && len(made) > 0 {
		v.say("Wrote %d values to %s.", len(made), o.out)
	}
	return err
}

func chooseSecrets(ctx context.Context, d *deploy.Deployer, want *deploy.Desired, o generateOptions) ([]secret.Secret, error) {
	if o.name == "" {
		missing, err := d.Missing(ctx, want)
		return missing, appError(err)
	}
	found, err := findSecret(want, o.name)
	if err != nil {
		return nil, err
	}
	if o.version != "" && o.version != found.Version {
		found.Name, found.Version = found.NameFor(o.version), o.version
	}
	return []secret.Secret{found}, nil
}

func findSecret(want *deploy.Desired, name string) (secret.Secret, error) {
	found, ok := secret.Find(want.Secrets, name)
	if !ok {
		names := make([]string, len(want.Secrets))
		for i, s := range want.Secrets {
			names[i] = s.Short
		}
		return found, refusedf("app %s has no secret %q; it has: %s", want.App.Domain, name, strings.Join(names, ", "))
	}
	return found, nil
}

func (v *appVerb) secretOutput(path string) (io.Writer, func() error, error) {
	if path == "" {
		return v.stdout, func() error { return nil }, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, refusedf("--out: %w", err)
	}
	return file, file.Close, nil
}

// printGenerated is the only place that shows secrets.
func (v *appVerb) printGenerated(out io.Writer, made []deploy.Generated) error {
	type line struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Swarm   string `json:"swarm_name"`
		Value   string `json:"value"`
	}
	if v.json {
		lines := []line{}
		for _, g := range made {
			lines = append(lines, line{g.Secret.Short, g.Secret.Version, g.Secret.Name, string(g.Value.Bytes())})
		}
		return json.NewEncoder(out).Encode(lines)
	}
	for _, g := range made {
		if _, err := fmt.Fprintf(out, "%s\t%s\t%s\n", g.Secret.Short, g.Secret.Version, g.Value.Bytes()); err != nil {
			return err
		}
	}
	if len(made) > 0 && out == v.stdout {
		v.warn("keep these values: they cannot be shown again")
	}
	return nil
}

func newSecretListCommand(v *appVerb) *cobra.Command {
	return &cobra.Command{
		Use:     "ls APP",
		Short:   "List the app's secrets and whether the swarm has them",
		Example: "  catalogue app secret ls cloud.example.com",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := v.wanted(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			d, done, err := v.connect(cmd.Context(), want.App.Server)
			if err != nil {
				return err
			}
			defer done()
			states, err := d.SecretStates(cmd.Context(), want)
			if err != nil {
				return appError(err)
			}
			return v.printSecrets(states)
		},
	}
}

func (v *appVerb) printSecrets(states []deploy.SecretState) error {
	if v.json {
		return json.NewEncoder(v.stdout).Encode(states)
	}
	table := tabwriter.NewWriter(v.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tVERSION\tIN THE SWARM\tMADE BY\tSWARM NAME")
	for _, s := range states {
		created, by := "no", "generate"
		if s.Created {
			created = "yes"
		}
		if !s.Generate {
			by = "insert"
		}
		fmt.Fprintln(table, safeText(strings.Join([]string{s.Name, s.Version, created, by, s.Swarm}, "\t")))
	}
	return table.Flush()
}
