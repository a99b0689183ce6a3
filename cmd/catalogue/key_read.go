package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/spf13/pflag"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// maxKeyFile bounds a file of keys, in bytes.
const maxKeyFile = 64 << 10

// readSigners reads the private keys of --sign-key.
func readSigners(paths []string) ([]catalogue.Signer, error) {
	var signers []catalogue.Signer
	for _, path := range paths {
		if catalogue.IsKey(path) {
			return nil, usagef("--sign-key: expected the name of a file; a key on a command line is seen by everybody on this machine. Make a new one")
		}
		signer, err := readSigner(path)
		if err != nil {
			return nil, refusedf("--sign-key %s: %w", path, err)
		}
		if len(signers) > 0 && signer.Name() != signers[0].Name() {
			return nil, usagef("--sign-key: the keys are named %q and %q; keys that sign one catalogue need the same name", signers[0].Name(), signer.Name())
		}
		signers = append(signers, signer)
	}
	return signers, nil
}

// readSigner refuses a key that others on this machine could have read.
func readSigner(path string) (catalogue.Signer, error) {
	text, info, err := readKeyFile(path)
	if err != nil {
		return catalogue.Signer{}, err
	}
	if others := info.Mode().Perm() & 0o077; others != 0 && runtime.GOOS != "windows" {
		return catalogue.Signer{}, fmt.Errorf("its mode is %04o, so others can use the key; run: chmod 600 (a secret of a swarm needs mode: 0400)", info.Mode().Perm())
	}
	return catalogue.ParseSigner(text)
}

func readKeyFile(path string) (string, os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would block when it is opened
		return "", nil, errors.New("not a regular file")
	}
	file, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err == nil && len(data) > maxKeyFile {
		err = fmt.Errorf("larger than %d bytes; expected a file of keys", maxKeyFile)
	}
	return string(data), info, err
}

// catalogueFlags say which catalogue is read, and who may have signed it.
func (c *cli) catalogueFlags(flags *pflag.FlagSet) {
	flags.StringVar(&c.catalogue, "catalogue", "", "catalogue to find recipes in, a URL or a folder (default $CATALOGUE, else the one last built)")
	flags.StringArrayVar(&c.keys, "catalogue-key", nil, "public key, or file of keys, one of which must have signed the catalogue; repeat for more (default $CATALOGUE_KEY)")
}

// trusted are the public keys of --catalogue-key, else CATALOGUE_KEY; none where
// neither is set.
func (c *cli) trusted() (catalogue.Keys, error) {
	from, values := "--catalogue-key", c.keys
	if env := c.getenv("CATALOGUE_KEY"); len(values) == 0 && env != "" {
		from, values = "CATALOGUE_KEY", []string{env}
	}
	var keys catalogue.Keys
	for _, value := range values {
		more, err := readKeys(value)
		if err != nil {
			return nil, usagef("%s: %w", from, err)
		}
		keys = append(keys, more...)
	}
	return keys, nil
}

// readKeys takes a key, or a file of them. What looks like a key is not repeated
// in errors: it may be the private one.
func readKeys(value string) (catalogue.Keys, error) {
	if catalogue.IsKey(value) {
		return catalogue.ParseKeys(value)
	}
	text, _, err := readKeyFile(value)
	if err != nil {
		return nil, fmt.Errorf("%w: expected a public key, NAME+HASH+KEY, or a file of them", err)
	}
	keys, err := catalogue.ParseKeys(text)
	if err != nil {
		err = fmt.Errorf("%s: %w", value, err)
	}
	return keys, err
}
