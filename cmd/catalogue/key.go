package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/catalogue"
)

func newKeyCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "key",
		Short:   "Make keys that sign catalogues",
		Example: `  catalogue key generate --name catalogue.example.org --out catalogue.key`,
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeyGenerateCommand(c))
	return cmd
}

func newKeyGenerateCommand(c *cli) *cobra.Command {
	name, out := "", ""
	cmd := &cobra.Command{
		Use:   "generate --out FILE [--name NAME]",
		Short: "Make a pair of keys; print the public one",
		Long: `generate makes an Ed25519 key that signs catalogues. The private key goes into
FILE, which only you can read; a file that is there already is never replaced.
The public key is printed: give it to whoever deploys from your catalogue, by
another way than the catalogue itself.

NAME is what clients show as the signer, and how they tell your catalogue from
others; it is part of both keys. Keys that follow one another need the same name.`,
		Example: `  catalogue key generate --name catalogue.example.org --out catalogue.key
  catalogue key generate --name catalogue.example.org --out next.key > next.pub`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return c.generateKey(name, out) },
	}
	cmd.Flags().StringVar(&name, "name", "", "name of the key, such as your domain (default: this machine's name)")
	cmd.Flags().StringVar(&out, "out", "", "file for the private key; it must not exist")
	return cmd
}

func (c *cli) generateKey(name, out string) error {
	if out == "" {
		return usagef("--out is missing: the file for the private key, such as --out catalogue.key")
	}
	host, _ := os.Hostname()
	private, public, err := catalogue.GenerateKey(cmp.Or(name, host))
	if err != nil {
		return usagef("--name: %w", err)
	}
	if err := createPrivate(out, private+"\n"); err != nil {
		return refusedf("key %s: %w", out, err)
	}
	_, err = fmt.Fprintln(c.stdout, public)
	return err
}
