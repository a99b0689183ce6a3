package publish

import (
	"fmt"
	"hash/fnv"
	"html/template"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"coopcloud.tech/catalogue/internal/catalogue"
)

func (s *site) funcs() template.FuncMap {
	return template.FuncMap{
		"asset": s.asset, "count": count, "date": date, "moment": moment, "stamp": stamp,
		"shell": shellQuote,
	}
}

// count says "1 recipe", "2 recipes".
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func date(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006")
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2 Jan 2006, 15:04 UTC")
}

// stamp is the machine's form of a date.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// mark is what stands for a recipe's picture, which would have to come from
// elsewhere: a letter on one of eight colours.
type mark struct {
	Letter string
	Hue    int
}

func newMark(name string) mark {
	first, _ := utf8.DecodeRuneInString(name)
	hash := fnv.New32a()
	hash.Write([]byte(name))
	return mark{string(unicode.ToUpper(first)), int(hash.Sum32() % 8)}
}

// maxNext is how much a page shows of what the next level asks for, in bytes.
const maxNext = 400

// verdict is the linter's result in a line.
type verdict struct {
	Level string // yes, part, no or unknown
	Text  string
	Total int // for sorting: an error weighs more than any number of warnings

	Quality string // "Level 7"; "" where it was not judged
	Next    string // what the next level asks for
}

func newVerdict(l catalogue.Lint, status catalogue.Status) verdict {
	if status == catalogue.Unknown {
		return verdict{Level: "unknown", Text: "Not checked yet", Total: 1 << 40}
	}
	var parts []string
	for _, part := range []struct {
		n    int
		name string
	}{{l.Error, "error"}, {l.Warning, "warning"}, {l.Info, "hint"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.name))
		}
	}
	v := verdict{
		Level: "yes", Text: "No findings", Total: min(l.Error, 1<<10)<<20 + min(l.Warning, 1<<10)<<10 + min(l.Info, 1<<10-1),
		Next: cut(l.Next, maxNext),
	}
	if l.Quality != nil {
		v.Quality = fmt.Sprintf("Level %d", *l.Quality)
	}
	switch {
	case l.Error > 0:
		v.Level = "no"
	case l.Warning > 0:
		v.Level = "part"
	}
	if len(parts) > 0 {
		v.Text = strings.Join(parts, ", ")
	}
	return v
}
