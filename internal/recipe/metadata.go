package recipe

import (
	"regexp"
	"strconv"
	"strings"
)

// Metadata is the README's block, dirt cleaned off. Every field keeps the text
// it was read from.
type Metadata struct {
	Span                                   Span // the block with its delimiters
	Category, Status, Healthcheck, Backups Field
	Email, Tests, SSO, Maintainer          Field
	Image                                  ImageField
}

// Field is one `* **Key**: value` line. Present says whether the line is there;
// Value may still be empty.
type Field struct {
	Present bool
	Value   string // trimmed, circled digits as digits, hearts gone: "❶💚" is "1"
	Raw     string // as written, trimmed
	Span    Span   // Raw, or the whole line where Raw is empty
}

// ImageField is `* **Image**: [`name`](url), rating, source`. Parts that are not
// there are empty.
type ImageField struct {
	Field
	Image, URL, Rating, Source string
}

var (
	metadataStart = regexp.MustCompile(`(?i)<!--\s*metadata\s*-->`)
	metadataEnd   = regexp.MustCompile(`(?i)<!--\s*end\s*metadata\s*-->`)
	metadataLine  = regexp.MustCompile(`^\s*(?:[-*+]\s+)?\*\*\s*([A-Za-z]+)\s*:?\s*\*\*\s*:?(.*)$`)
	imageLink     = regexp.MustCompile("^\\[\\s*`*([^`\\]]*)`*\\s*\\]\\(\\s*<?((?:[^()\\s<>]|\\([^()\\s<>]*\\))*)>?[^)]*\\)(.*)$")
	leadingNumber = regexp.MustCompile(`^\d{1,9}`)
)

// StatusNumber is the score before the first comma of Status, 0 when there is
// none; circled digits (❶) count.
func (m Metadata) StatusNumber() int {
	score, _, _ := strings.Cut(m.Status.Value, ",")
	n, err := strconv.Atoi(leadingNumber.FindString(strings.TrimSpace(score)))
	if err != nil {
		return 0
	}
	return n
}

// readMetadata reads the block; one that is not closed ends with the file.
func (r *Readme) readMetadata(src *source) {
	start := metadataStart.FindStringIndex(src.text)
	if start == nil {
		return
	}
	r.HasMetadata = true
	end, next := len(src.text), len(src.text)
	if m := metadataEnd.FindStringIndex(src.text[start[1]:]); m != nil {
		end, next = start[1]+m[0], start[1]+m[1]
	} else {
		r.Faults = addFault(r.Faults, Fault{
			CodeMetadataOpen, src.span(start[0], start[1]),
			"the metadata block is not closed; expected <!-- endmetadata -->",
		})
	}
	r.Metadata.Span = src.span(start[0], next)
	for at := start[1]; at < end; at = nextLine(src.text, at) {
		r.Metadata.readLine(src, at, min(lineEnd(src.text, at), end))
	}
}

// readLine reads one field; the first line of a key counts.
func (m *Metadata) readLine(src *source, start, end int) {
	at := metadataLine.FindStringSubmatchIndex(src.text[start:end])
	if at == nil {
		return
	}
	field := m.field(src.text[start+at[2] : start+at[3]])
	if field == nil || field.Present {
		return
	}
	written := src.text[start+at[4] : end]
	field.Present = true
	field.Raw = strings.TrimSpace(written)
	field.Value = cleanScore(field.Raw)
	field.Span = src.span(start, end)
	if field.Raw != "" {
		from := start + at[4] + strings.Index(written, field.Raw)
		field.Span = src.span(from, from+len(field.Raw))
	}
	if field == &m.Image.Field {
		m.Image.split()
	}
}

// field is the field that a key names, in any case; nil where it names none.
func (m *Metadata) field(key string) *Field {
	switch strings.ToLower(key) {
	case "category":
		return &m.Category
	case "status":
		return &m.Status
	case "image":
		return &m.Image.Field
	case "healthcheck":
		return &m.Healthcheck
	case "backups":
		return &m.Backups
	case "email":
		return &m.Email
	case "tests":
		return &m.Tests
	case "sso":
		return &m.SSO
	case "maintainer":
		return &m.Maintainer
	}
	return nil
}

// split reads the parts of an image line. A lone part behind the name is the
// source, unless it is a number.
func (f *ImageField) split() {
	rest := f.Value
	if m := imageLink.FindStringSubmatch(rest); m != nil {
		f.Image, f.URL, rest = strings.TrimSpace(m[1]), m[2], m[3]
	} else {
		f.Image, rest, _ = strings.Cut(rest, ",")
		f.Image = strings.Trim(f.Image, "` ")
	}
	parts := strings.SplitN(strings.TrimPrefix(strings.TrimSpace(rest), ","), ",", 2)
	if len(parts) == 1 && !leadingNumber.MatchString(strings.TrimSpace(parts[0])) {
		parts = []string{"", parts[0]}
	}
	f.Rating = strings.TrimSpace(parts[0])
	if len(parts) == 2 {
		f.Source = strings.TrimSpace(parts[1])
	}
}
