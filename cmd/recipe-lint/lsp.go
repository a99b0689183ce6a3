package main

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/baseline"
	"coopcloud.tech/catalogue/internal/lint/config"
	"coopcloud.tech/catalogue/internal/lsp"
)

// typingPause is the silence after which an editor's changes are judged.
const typingPause = 150 * time.Millisecond

func newLSPCommand(c *cli) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Show findings in an editor: a language server on stdin and stdout",
		Long: `lsp speaks the Language Server Protocol: diagnostics while typing, quick fixes,
and each rule's text on hover. Your editor starts it; docs/lint.md says how.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			server := lsp.Server{Version: version, Open: openForEditor, Delay: typingPause}
			err := server.Serve(cmd.Context(), c.stdin, c.stdout)
			if errors.Is(err, lsp.ErrNoShutdown) {
				return &exitError{code: exitFindings} // as the protocol wants it
			}
			return err
		},
	}
	cmd.Flags().Bool("stdio", true, "speak on stdin and stdout; many editors' clients ask for it by name")
	return cmd
}

// openForEditor judges a recipe as the command line would without flags: by its
// config, its tags and its baseline.
func openForEditor(dir string) lsp.Judge {
	t := &target{path: dir, dir: dir, place: locate(dir)}
	facts := t.place.facts(t.place.tags)
	return func(files fs.FS, read func(string) ([]byte, error)) (lint.Result, error) {
		projects := projects{load: read, known: map[string]*config.Config{}}
		baselines := baselines{known: map[string]*baseline.Baseline{}}
		var err error
		if t.project, err = projects.of(t); err != nil {
			return lint.Result{}, err
		}
		if t.known, err = baselines.of(t); err != nil {
			return lint.Result{}, err
		}
		in, err := t.input(files, facts)
		if err != nil {
			return lint.Result{}, fmt.Errorf("%s: %w", dir, err)
		}
		in.Settings, t.before = t.project.settings, in
		result := lint.Apply(in, t.project.rules)
		result.Findings, _ = t.show(result.Findings)
		return result, nil
	}
}
