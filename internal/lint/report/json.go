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
	Version    int          `json:"version"`
	Findings   []finding    `json:"findings"`
	Summary    summary      `json:"summary"`
	Skipped    []skipped    `json:"skipped"`
	Suppressed []suppressed `json:"suppressed"`
	Recipes    []graded     `json:"recipes"`
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
	Fixes       []fix         `json:"fixes"` // the best first
	Help        string        `json:"help,omitempty"`
	Related     []related     `json:"related,omitempty"`
	Variants    []string      `json:"variants,omitempty"`
}

// fix is a change that removes the finding. Edits do not overlap; start and end
// are offsets in bytes into the file as it was read.
type fix struct {
	Title string `json:"title"`
	Safe  bool   `json:"safe"`
	Edits []edit `json:"edits"`
}

type edit struct {
	Path  string `json:"path"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// related is another place that belongs to the finding: where an anchor is used.
type related struct {
	Message   string `json:"message"`
	Path      string `json:"path"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

// suppressed is a finding that a comment or the config hides.
type suppressed struct {
	finding
	Reason string `json:"reason"`
}

// graded is a recipe's quality level; null for a file alone and for what could not be read.
type graded struct {
	Recipe  string `json:"recipe"`
	Quality *int   `json:"quality"`
	Next    string `json:"next,omitempty"`
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

// JSON writes one line: {"version":1,"findings":[…],"summary":{…},"skipped":[…],
// "suppressed":[…],"recipes":[…]}. The same report gives the same bytes.
func JSON(w io.Writer, r Report, _ Options) error {
	doc := document{
		Version:    1,
		Findings:   []finding{},
		Skipped:    []skipped{},
		Suppressed: []suppressed{},
		Recipes:    []graded{},
		Summary:    summary{r.Count(lint.Error), r.Count(lint.Warning), r.Count(lint.Info)},
	}
	for _, recipe := range r {
		doc.add(recipe)
	}
	return encode(w, doc)
}

func (doc *document) add(r Recipe) {
	for _, f := range r.Result.Findings {
		doc.Findings = append(doc.Findings, jsonFinding(r, f))
	}
	for _, s := range r.Result.Skipped {
		doc.Skipped = append(doc.Skipped, skipped{r.Root, s.Rule, s.Name, s.Reason})
	}
	for _, s := range r.Result.Suppressed {
		doc.Suppressed = append(doc.Suppressed, suppressed{jsonFinding(r, s.Finding), s.Reason})
	}
	grade := graded{Recipe: r.Root}
	if r.Quality != nil {
		grade.Quality, grade.Next = &r.Quality.Level, r.Quality.Next
	}
	doc.Recipes = append(doc.Recipes, grade)
}

func jsonFinding(r Recipe, f lint.Finding) finding {
	span := place(f)
	return finding{
		Recipe: r.Root, Rule: f.Rule, Name: f.Name, Severity: f.Severity, Message: f.Message,
		Path: r.rootPath(f), Line: span.Line, Column: span.Column, EndLine: span.EndLine, EndColumn: span.EndColumn,
		Fingerprint: r.fingerprint(f), Fixes: jsonFixes(r, f), Help: f.Fix, Related: jsonRelated(r, f), Variants: f.Variants,
	}
}

func jsonRelated(r Recipe, f lint.Finding) []related {
	var out []related
	for _, other := range f.Related {
		span := whole(other.Span)
		out = append(out, related{other.Message, r.path(span.File), span.Line, span.Column, span.EndLine, span.EndColumn})
	}
	return out
}

func jsonFixes(r Recipe, f lint.Finding) []fix {
	fixes := []fix{}
	for _, repair := range f.Repairs {
		edits := []edit{}
		for _, e := range repair.Edits {
			edits = append(edits, edit{r.path(e.File), e.Start, e.End, e.Text})
		}
		fixes = append(fixes, fix{repair.Title, repair.Safe, edits})
	}
	return fixes
}

// encode writes v and escapes what could command a terminal, which encoding/json
// does only below U+0020, or a CI runner. All of it stands inside strings.
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
	_, err := io.WriteString(w, defuse(safe.String(), `\u005b`))
	return err
}
