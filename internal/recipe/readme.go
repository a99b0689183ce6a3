package recipe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Readme is README.md with the metadata block between
// `<!-- metadata -->` and `<!-- endmetadata -->`.
type Readme struct {
	Path        string
	Title       string // first heading, as plain text
	Description string // first paragraph or quote after the title, as plain text
	Data        []byte
	HasMetadata bool
	Metadata    Metadata
	Faults      []Fault
}

// ParseReadme reads README.md; it never fails.
func ParseReadme(path string, data []byte) *Readme {
	r := &Readme{Path: path, Data: data}
	if err := guard(func() { r.Title, r.Description = summary(data) }); err != nil {
		r.Faults = addFault(r.Faults, Fault{CodeMarkdown, Span{File: path}, "cannot read the title: " + oneLine(err.Error())})
	}
	r.readMetadata(newSource(path, string(data)))
	return r
}

// summary returns the first heading, and the first paragraph or quote before the
// next one. Badges and pictures describe nothing.
func summary(data []byte) (title, description string) {
	head := []byte(strings.TrimPrefix(string(data[:min(len(data), maxMarkdownSize)]), bom))
	document := goldmark.DefaultParser().Parse(text.NewReader(head))
	for n := document.FirstChild(); n != nil; n = n.NextSibling() {
		switch n.Kind() {
		case ast.KindHeading:
			if title != "" {
				return title, ""
			}
			title = plainText(n, head)
		case ast.KindParagraph, ast.KindBlockquote:
			if description = plainText(n, head); description != "" {
				return title, description
			}
		}
	}
	return title, ""
}

// plainText is the text of a Markdown block, without pictures and HTML, on one
// line.
func plainText(block ast.Node, source []byte) string {
	var out strings.Builder
	// The walker fails only with errors of its callback, which has none.
	_ = ast.Walk(block, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch n.Kind() {
		case ast.KindImage, ast.KindRawHTML, ast.KindHTMLBlock:
			return ast.WalkSkipChildren, nil
		}
		if entering {
			out.WriteString(inlineText(n, source))
		} else if n.Type() == ast.TypeBlock {
			out.WriteByte(' ') // between two paragraphs of one quote
		}
		return ast.WalkContinue, nil
	})
	return oneLine(out.String())
}

// inlineText is the text of one inline node, without its children.
func inlineText(n ast.Node, source []byte) string {
	switch n := n.(type) {
	case *ast.Text:
		value := n.Value(source)
		if n.Parent().Kind() != ast.KindCodeSpan {
			value = util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(value)))
		}
		if n.SoftLineBreak() || n.HardLineBreak() {
			return string(value) + " "
		}
		return string(value)
	case *ast.String:
		return string(n.Value)
	case *ast.AutoLink:
		return string(n.Label(source))
	}
	return ""
}

// oneLine makes text safe to print: blanks become single spaces, what cannot be
// printed goes.
func oneLine(s string) string {
	fields := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r != '\u200d' && r != '\ufe0f' && !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.Join(fields, " "))
}
