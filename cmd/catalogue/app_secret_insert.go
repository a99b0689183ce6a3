package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/deploy/secret"
)

func newSecretInsertCommand(v *appVerb) *cobra.Command {
	file := ""
	cmd := &cobra.Command{
		Use:   "insert APP NAME VERSION [VALUE | -f FILE | -]",
		Short: "Put a value of your own into the swarm",
		Long: `insert takes the value from a file, from standard input (-, losing one final
newline), or from the terminal, where it is not shown. A VALUE on the command line
works too, but others on this machine can see it, and the shell remembers it.`,
		Example: `  pass show smtp | catalogue app secret insert -n cloud.example.com smtp_password v1 -
  catalogue app secret insert cloud.example.com tls_key v1 -f key.pem`,
		Args: cobra.RangeArgs(3, 4),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := v.secretValue(cmd.Context(), "insert", args[3:], file)
			if err != nil {
				return err
			}
			value, err := secret.NewValue(data)
			if err != nil {
				return usagef("app secret insert: %w", err)
			}
			return v.insert(cmd.Context(), args[0], args[1], args[2], value)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "file with the value, taken as it is")
	return cmd
}

// secretValue reads the value that a verb is given.
func (v *appVerb) secretValue(ctx context.Context, verb string, args []string, file string) ([]byte, error) {
	_, interactive := v.keyboard()
	switch {
	case file != "" && len(args) > 0:
		return nil, usagef("app secret %s: give VALUE or --file, not both", verb)
	case file != "":
		return readBounded(file)
	case len(args) == 0 && interactive:
		return v.readHidden(ctx, "Value: ")
	case len(args) == 0:
		return nil, usagef("app secret %s: the value is missing; give -f FILE, or - and the value on standard input", verb)
	case args[0] == "-":
		data, err := io.ReadAll(io.LimitReader(v.stdin, secret.MaxSize+1))
		data = bytes.TrimSuffix(data, []byte("\n"))
		return bytes.TrimSuffix(data, []byte("\r")), err
	}
	v.warn("a value on the command line is seen by others on this machine and kept by the shell; -f FILE and - are not")
	return []byte(args[0]), nil
}

// readBounded reads a file that may be a secret: one byte over the limit is
// enough to refuse it.
func readBounded(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, refusedf("--file: %w", err)
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, secret.MaxSize+1))
}

func (v *appVerb) insert(ctx context.Context, domain, name, version string, value secret.Value) error {
	want, err := v.wanted(ctx, domain)
	if err != nil {
		return err
	}
	app := want.App
	found, err := findSecret(want, name)
	if err != nil {
		return err
	}
	d, done, err := v.connect(ctx, app.Server)
	if err != nil {
		return err
	}
	defer done()
	full := found.NameFor(version)
	if err := v.confirm(ctx, fmt.Sprintf("Put secret %s into the swarm of server %s?", full, app.Server)); err != nil {
		return err
	}
	if err := d.Insert(ctx, full, value); err != nil {
		return appError(err)
	}
	if version != found.Version {
		v.warn("the app uses version %q of secret %s; set %s=%s in %s to use this one", found.Version, found.Short, found.Variable, version, app.Path)
	}
	if v.json {
		found.Name, found.Version = full, version
		return v.printInserted(found)
	}
	v.say("Inserted secret %s.", full)
	return nil
}

func (v *appVerb) printInserted(s secret.Secret) error {
	return json.NewEncoder(v.stdout).Encode(map[string]string{"name": s.Short, "version": s.Version, "swarm_name": s.Name})
}
