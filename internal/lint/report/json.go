package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/lint"
)

// The JSON format, version 1. Fields are added, never renamed or removed.
type document struct {
	Version  int       `json:"version"`
	Findings []finding `json:"findings"`
	Summary  summary   `json:"summary"`
	Skipped  []skipped `json:"skipped"`
}

type finding struct {
	Recipe      string        `json:"recipe"`
	Rule        string        `json:"rule"`
	Name        string        `json:"name"`
	Severity    lint.Severity `json:"severity"`
	Message     string        `json:"message"`
	Path        string        `json:"path"`
	Line        int           `json:"line"`
	Column      int           `json:"column"`
	EndLine     int           `json:"end_line"`
	EndColumn   int           `json:"end_column"`
	Fingerprint string        `json:"fingerprint"`
	Fixes       []struct{}    `json:"fixes"` // machine edits; none yet
	Help        string        `json:"help,omitempty"`
	Variants    []string      `json:"variants,omitempty"`
}

type summary struct {
	Error   int `json:"error"`
	Warning int `json:"warning"`
	Info    int `json:"info"`
}

type skipped struct {
	Recipe string `json:"recipe"`
	Rule   string `json:"rule"`
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

// JSON writes one line: {"version":1,"findings":[…],"summary":{…},"skipped":[…]}.
// The same report gives the same bytes.
func JSON(w io.Writer, r Report, _ Options) error {
	doc := document{
		Version:  1,
		Findings: []finding{},
		Skipped:  []skipped{},
		Summary:  summary{r.Count(lint.Error), r.Count(lint.Warning), r.Count(lint.Info)},
	}
	for _, recipe := range r {
		for _, f := range recipe.Result.Findings {
			doc.Findings = append(doc.Findings, jsonFinding(recipe, f))
		}
		for _, s := range recipe.Result.Skipped {
			doc.Skipped = append(doc.Skipped, skipped{recipe.Root, s.Rule, s.Name, s.Reason})
		}
	}
	return encode(w, doc)
}

func jsonFinding(r Recipe, f lint.Finding) finding {
	span := place(f)
	return finding{
		Recipe: r.Root, Rule: f.Rule, Name: f.Name, Severity: f.Severity, Message: f.Message,
		Path: r.rootPath(f), Line: span.Line, Column: span.Column, EndLine: span.EndLine, EndColumn: span.EndColumn,
		Fingerprint: r.fingerprint(f), Fixes: []struct{}{}, Help: f.Fix, Variants: f.Variants,
	}
}

// encode writes v and escapes what could command a terminal, which encoding/json
// does only below U+0020. All of it stands inside strings.
func encode(w io.Writer, v any) error {
	var plain, safe bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err
	}
	for text := plain.Bytes(); len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		if hidden(r) && r != '\n' {
			fmt.Fprintf(&safe, `\u%04x`, r)
		} else {
			safe.Write(text[:size])
		}
		text = text[size:]
	}
	_, err := w.Write(safe.Bytes())
	return err
}
