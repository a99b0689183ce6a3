package main

import (
	"fmt"
	"path/filepath"

	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// fileEnv is the env of files that are judged alone: STACK_NAME, and what
// --env-file sets. The process's own environment never reaches a stack.
func fileEnv(c *cli, path string) (stack.Env, error) {
	file := recipe.ParseEnv("", nil)
	if path != "" {
		data, err := readFile(path)
		if err != nil {
			return stack.Env{}, usagef("--env-file %s: %w", path, err)
		}
		file = recipe.ParseEnv(path, data)
	}
	env := stack.NewEnv(&recipe.Recipe{}, file, "stack")
	for _, fault := range append(file.Faults, env.Faults...) {
		fmt.Fprintf(c.stderr, "recipe-lint: --env-file %s:%d: %s\n", report.Printable(path), fault.Span.Line, report.Printable(fault.Message))
	}
	return env, nil
}

func readFile(path string) ([]byte, error) {
	fsys, done, err := recipe.OpenDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer done()
	return recipe.ReadFile(fsys, filepath.Base(path))
}
