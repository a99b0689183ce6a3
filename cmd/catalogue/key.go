package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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

// createPrivate makes a file that only its owner can read. It never replaces
// one, and never leaves half of one.
func createPrivate(path, text string) error {
	temporary, err := writeTemp(filepath.Dir(path), []byte(text))
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	// Unlike rename, link fails where there is a file already.
	if err := os.Link(temporary, path); errors.Is(err, fs.ErrExist) {
		return errors.New("it exists already, and was not changed; name another file")
	} else if err != nil {
		return err
	}
	return nil
}

// writeTemp writes a new file in dir, with mode 0600, and returns its path.
func writeTemp(dir string, data []byte) (path string, err error) {
	file, err := os.CreateTemp(dir, ".catalogue-*")
	if err != nil {
		return "", err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// replaceFile writes a file at once, or leaves the old one.
func replaceFile(path string, data []byte) error {
	temporary, err := writeTemp(filepath.Dir(path), data)
	if err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return errors.Join(err, os.Remove(temporary))
	}
	return nil
}
