// Package baseline keeps the findings that a project knows of, so that only new
// ones are shown. A finding is known by rule, path and evidence, not by its line.
package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"coopcloud.tech/catalogue/internal/lint"
)

// version of the file's format.
const version = 1

// MaxSize is how many bytes a baseline may have.
const MaxSize = 16 << 20

// Entry is one known finding. Recipe is its folder, relative to the baseline's.
type Entry struct {
	Recipe      string        `json:"recipe"`
	Path        string        `json:"path"` // relative to the recipe
	Rule        string        `json:"rule"`
	Name        string        `json:"name"`
	Severity    lint.Severity `json:"severity"` // when it was written
	Fingerprint string        `json:"fingerprint"`
}

// Baseline is a set of known findings.
type Baseline struct{ Entries []Entry }

type document struct {
	Version  int            `json:"version"`
	Counts   map[string]int `json:"counts"` // for people; they are not read
	Findings []Entry        `json:"findings"`
}

// Add adds the findings of the recipe.
func (b *Baseline) Add(recipe string, findings []lint.Finding) {
	for _, f := range findings {
		b.Entries = append(b.Entries, Entry{recipe, f.Span.File, f.Rule, f.Name, f.Severity, f.Fingerprint})
	}
}

// Split parts the findings of the recipe into new and known ones, and counts the
// entries that are stale: those of the recipe and of the rules that were judged
// which no finding matches any more.
func (b *Baseline) Split(recipe string, findings []lint.Finding, judged func(code string) bool) (fresh, known []lint.Finding, stale int) {
	left := map[string]bool{}
	for _, e := range b.Entries {
		if e.Recipe == recipe {
			left[e.Fingerprint] = judged(e.Rule)
		}
	}
	for _, f := range findings {
		if _, ok := left[f.Fingerprint]; !ok {
			fresh = append(fresh, f)
			continue
		}
		known = append(known, f)
		left[f.Fingerprint] = false
	}
	for _, isStale := range left {
		if isStale {
			stale++
		}
	}
	return fresh, known, stale
}

// Encode writes the baseline, sorted: the same findings give the same bytes.
func (b *Baseline) Encode() ([]byte, error) {
	doc := document{version, map[string]int{}, slices.Clone(b.Entries)}
	if doc.Findings == nil {
		doc.Findings = []Entry{}
	}
	slices.SortFunc(doc.Findings, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Recipe, b.Recipe), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Fingerprint, b.Fingerprint))
	})
	for _, severity := range lint.Severities() {
		doc.Counts[string(severity)] = 0
	}
	for _, e := range doc.Findings {
		doc.Counts[string(e.Severity)]++
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(doc)
	return out.Bytes(), err
}

// Decode reads a baseline. The error says what is wrong, but not in which file.
func Decode(data []byte) (*Baseline, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("it has %d bytes; expected at most %d", len(data), MaxSize)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	var doc document
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("it is no baseline: %w; --write-baseline writes one", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("it is no baseline: something stands behind it; --write-baseline writes one")
	}
	if doc.Version != version {
		return nil, fmt.Errorf("its version is %d; expected %d: write it again with --write-baseline", doc.Version, version)
	}
	for i, e := range doc.Findings {
		if e.Fingerprint == "" || e.Recipe == "" {
			return nil, fmt.Errorf("entry %d has no recipe or no fingerprint; write it again with --write-baseline", i+1)
		}
	}
	return &Baseline{doc.Findings}, nil
}
