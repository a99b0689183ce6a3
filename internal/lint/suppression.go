package lint

import (
	"bytes"
	"slices"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// suppression is a comment of a recipe that hides findings:
//
//	# recipe-lint: ignore=CODE[,CODE] reason       this line, or the next where it stands alone
//	# recipe-lint: ignore-file=CODE[,CODE] reason  the whole file; in its first lines
//
// in README.md as <!-- recipe-lint: … -->.
type suppression struct {
	comment
	names  []string // codes or names, as written
	reason string
	whole  bool   // the whole file
	fault  string // why it says nothing that is understood
}

const (
	firstLines      = 10  // where ignore-file may stand
	maxSuppressions = 200 // of one file
)

// newSuppression reads what stands behind "recipe-lint:".
func newSuppression(c comment) suppression {
	s := suppression{comment: c}
	order, reason, _ := strings.Cut(c.text, " ")
	verb, names, _ := strings.Cut(order, "=")
	s.reason = strings.TrimSpace(reason)
	s.whole = verb == "ignore-file"
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			s.names = append(s.names, name)
		}
	}
	switch {
	case c.excess:
		s.fault = "this file has more than 200 suppressions; those from here on are not read"
	case c.bare:
		s.fault = "the colon is missing behind recipe-lint, so that this hides nothing"
	case verb != "ignore" && verb != "ignore-file" || len(s.names) == 0:
		s.fault = "this says nothing to recipe-lint; expected ignore=CODE reason, or ignore-file=CODE reason"
	case s.whole && c.line > firstLines:
		s.fault = "ignore-file stands too far down; it counts in the first 10 lines only"
	}
	return s
}

// valid suppressions hide findings: without a reason none does.
func (s *suppression) valid() bool { return s.fault == "" && s.reason != "" }

// covers says whether it hides the finding.
func (s *suppression) covers(f Finding) bool {
	return s.valid() && f.Span.File == s.file && s.reaches(f.Span.Line) && s.speaksOf(f)
}

func (s *suppression) speaksOf(f Finding) bool {
	return slices.ContainsFunc(s.names, func(name string) bool {
		return strings.EqualFold(name, f.Rule) || strings.EqualFold(name, f.Name)
	})
}

// reaches says whether the line is the comment's own, or the next where the
// comment stands alone. A finding of the whole file has line 0 and is shown at
// its start.
func (s *suppression) reaches(line int) bool {
	return s.whole || line == s.line || s.alone && line == s.line+1 || s.alone && line == 0 && s.line <= firstLines
}

// Suppressed is a finding that is hidden, and why.
type Suppressed struct {
	Finding
	Reason string
	Where  recipe.Span // of the comment, or of the config's entry
}

// suppress moves what is hidden from the findings to the suppressed.
func (in *Input) suppress(result *Result) {
	comments := in.suppressions()
	if len(comments)+len(in.Settings.Ignores) == 0 {
		return
	}
	shown := result.Findings[:0]
	for _, f := range result.Findings {
		if hidden, ok := in.hidden(comments, f); ok {
			result.Suppressed = append(result.Suppressed, hidden)
		} else {
			shown = append(shown, in.shielded(comments, f))
		}
	}
	result.Findings = shown
}

// shielded is the finding without those repairs that change what a suppression of its
// rule covers: one finding may be repaired in several files.
func (in *Input) shielded(comments []suppression, f Finding) Finding {
	if !slices.ContainsFunc(comments, func(s suppression) bool { return s.speaksOf(f) }) &&
		!slices.ContainsFunc(in.Settings.Ignores, func(i Ignore) bool { return i.Rule == f.Rule }) {
		return f
	}
	f.Repairs = slices.DeleteFunc(slices.Clone(f.Repairs), func(r Repair) bool {
		return slices.ContainsFunc(r.Edits, func(e Edit) bool {
			there := f
			there.Span = recipe.Span{File: e.File}
			if f.Span.Line > 0 {
				data := in.read(e.File)
				there.Span.Line = 1 + bytes.Count(data[:min(e.Start, len(data))], []byte("\n"))
			}
			_, hidden := in.hidden(comments, there)
			return hidden
		})
	})
	return f
}

func (in *Input) hidden(comments []suppression, f Finding) (Suppressed, bool) {
	for i := range comments {
		if s := &comments[i]; s.covers(f) {
			return Suppressed{f, s.reason, s.span}, true
		}
	}
	for _, ignore := range in.Settings.Ignores {
		if ignore.covers(f) {
			return Suppressed{f, ignore.Reason, ignore.Span}, true
		}
	}
	return Suppressed{}, false
}

// suppressions are those of all files, read once.
func (in *Input) suppressions() []suppression {
	if in.suppressed == nil {
		in.suppressed = []suppression{}
		for _, text := range in.texts() {
			for _, c := range text.comments() {
				in.suppressed = append(in.suppressed, newSuppression(c))
			}
		}
	}
	return in.suppressed
}
