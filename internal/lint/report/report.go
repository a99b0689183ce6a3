// Package report shows what the linter found: to people as text, to editors and
// CI systems in the formats that they read. What recipes say is shown escaped, since strangers wrote it.
package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Recipe is one recipe, or one file, and what was found in it.
type Recipe struct {
	Root   string // its folder relative to the repository's root, "." for the root itself
	Shown  string // its folder as the user named it
	FS     fs.FS  // its files, for the lines that are shown; nil where it could not be opened
	Result lint.Result

	Quality *lint.Quality // nil where no whole recipe was judged
}

// Report is one run.
type Report []Recipe

// Count returns how many findings have the severity.
func (r Report) Count(s lint.Severity) int {
	n := 0
	for _, recipe := range r {
		n += recipe.Result.Count(s)
	}
	return n
}

// Options of a format; those that a format cannot use mean nothing to it.
type Options struct {
	Colour    bool
	Version   string        // of the linter
	FailLevel lint.Severity // what makes a run fail: "" means errors, "never" nothing
}

// Format is one way to show a report.
type Format struct {
	Name  string
	Write func(w io.Writer, r Report, o Options) error
}

// Formats lists them; the first is the default.
func Formats() []Format {
	return []Format{
		{"text", Text},
		{"json", JSON},
		{"sarif", SARIF},
		{"junit", JUnit},
		{"github", GitHub},
		{"gitlab", GitLab},
		{"checkstyle", Checkstyle},
		{"rdjson", RDJSON},
		{"gcc", GCC},
	}
}

// FindFormat returns the format with the name, or an error that lists them.
func FindFormat(name string) (Format, error) {
	var names []string
	for _, format := range Formats() {
		if format.Name == name {
			return format, nil
		}
		names = append(names, format.Name)
	}
	return Format{}, fmt.Errorf("unknown format %q; expected one of %s", name, strings.Join(names, ", "))
}

// rootPath is the finding's file relative to the repository's root.
func (r Recipe) rootPath(f lint.Finding) string { return r.path(f.Span.File) }

func (r Recipe) path(file string) string { return path.Join(r.Root, file) }

// shownPath is the finding's file as the user named its folder.
func (r Recipe) shownPath(f lint.Finding) string {
	return filepath.Join(r.Shown, filepath.FromSlash(f.Span.File))
}

// message says in one line what was found, and with which overlays only.
func message(f lint.Finding) string {
	if len(f.Variants) == 0 {
		return Printable(f.Message)
	}
	return Printable(f.Message + " (only with: " + few(f.Variants) + ")")
}

// fingerprint tells equal findings of several recipes in one repository apart.
func (r Recipe) fingerprint(f lint.Finding) string {
	if r.Root == "." {
		return f.Fingerprint
	}
	sum := sha256.Sum256([]byte(r.Root + "\x00" + f.Fingerprint))
	return hex.EncodeToString(sum[:16])
}

// place is the finding's span; one without a line starts where its file does.
func place(f lint.Finding) recipe.Span { return whole(f.Span) }

func whole(span recipe.Span) recipe.Span {
	span.Line = max(span.Line, 1)
	span.Column = max(span.Column, 1)
	if span.EndLine < span.Line {
		span.EndLine, span.EndColumn = span.Line, span.Column
	}
	span.EndColumn = max(span.EndColumn, 1)
	if span.EndLine == span.Line {
		span.EndColumn = max(span.EndColumn, span.Column)
	}
	return span
}
