// Command gendocs writes the rule reference and the config's schema: go run ./internal/lint/gendocs docs
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
)

func main() {
	if err := write(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gendocs:", err)
		os.Exit(1)
	}
}

// write also removes pages of rules that are gone: nothing else lives in rules/.
func write(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want one folder, docs; got %q", args)
	}
	rules := filepath.Join(args[0], "rules")
	if err := os.RemoveAll(rules); err != nil {
		return err
	}
	if err := os.MkdirAll(rules, 0o755); err != nil {
		return err
	}
	schema, err := config.Schema()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(args[0], "recipe-lint.schema.json"), schema, 0o644); err != nil {
		return err
	}
	for path, text := range lint.Pages() {
		if err := os.WriteFile(filepath.Join(args[0], filepath.FromSlash(path)), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
