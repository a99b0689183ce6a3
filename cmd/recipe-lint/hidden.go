package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/baseline"
)

// hidden counts what is left out of a target's report.
type hidden struct {
	old   int // was there at --since
	known int // in the baseline
	stale int // entries of the baseline that nothing matches
}

// show parts the findings that are shown from those that --since and the baseline
// leave out.
func (t *target) show(findings []lint.Finding) ([]lint.Finding, hidden) {
	var h hidden
	shown := findings
	if t.known != nil {
		var known []lint.Finding
		shown, known, h.stale = t.known.Split(t.inBaseline(), shown, t.judged)
		h.known = len(known)
	}
	if t.past != nil {
		before := len(shown)
		shown = slices.DeleteFunc(slices.Clone(shown), func(f lint.Finding) bool { return t.past[f.Fingerprint] })
		h.old = before - len(shown)
	}
	return shown, h
}

// judged says whether the rule was applied: of one that was not, nothing is stale.
func (t *target) judged(code string) bool {
	applied := slices.ContainsFunc(t.project.rules, func(r *lint.Rule) bool { return r.Code == code })
	return applied && !slices.ContainsFunc(t.result.Skipped, func(s lint.Skipped) bool { return s.Rule == code })
}

// inBaseline is the target as its baseline names it: relative to the baseline's
// folder, so that it does not matter where the linter was started.
func (t *target) inBaseline() string {
	return relative(filepath.Dir(absolute(t.project.baseline)), filepath.Join(absolute(t.dir), t.file))
}

// baselines reads each baseline once.
type baselines struct {
	written string // is about to be written and may be missing
	known   map[string]*baseline.Baseline
}

func (b *baselines) of(t *target) (*baseline.Baseline, error) {
	if b.written != "" {
		t.project.baseline = b.written // what is written now is known now
		return nil, nil
	}
	file := t.project.baseline
	if known, read := b.known[file]; read || file == "" {
		return known, nil
	}
	data, err := t.project.readBaseline()
	if err != nil {
		return nil, usagef("baseline %s: %w", file, err)
	}
	b.known[file], err = baseline.Decode(data)
	if err != nil {
		return nil, usagef("baseline %s: %w", file, describeJSON(err))
	}
	return b.known[file], nil
}

// readBaseline reads the project's baseline. One that a config names is looked for
// in the config's folder alone: a link that leads out of it is not followed.
func (p project) readBaseline() ([]byte, error) {
	root, err := os.OpenRoot(p.baselineRoot)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	name := relative(p.baselineRoot, absolute(p.baseline))
	info, err := root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("no such file; --write-baseline %s writes it", p.baseline)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("not a regular file")
	case info.Size() > baseline.MaxSize:
		return nil, fmt.Errorf("it has %d bytes; expected at most %d", info.Size(), baseline.MaxSize)
	}
	return root.ReadFile(name)
}

// describeJSON adds where the syntax is wrong.
func describeJSON(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("byte %d: %w", syntax.Offset, err)
	}
	return err
}

// writeBaseline writes all findings that could be judged, and counts them as known.
func writeBaseline(targets []*target, file string) error {
	if file == "" {
		return nil
	}
	var b baseline.Baseline
	for _, t := range targets {
		if t.unread != nil {
			return &exitError{exitUnread, fmt.Errorf("--write-baseline %s: %w", file, t.unread)}
		}
		b.Add(t.inBaseline(), t.all)
	}
	data, err := b.Encode()
	if err == nil {
		err = writeFile(file, data)
	}
	if err != nil {
		return fmt.Errorf("--write-baseline %s: %w", file, err)
	}
	for _, t := range targets {
		t.hidden = hidden{known: len(t.all)}
		t.result.Findings = nil
	}
	return nil
}
