package lint

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/recipe"
)

// comment is one that speaks to the linter.
type comment struct {
	file   string
	line   int
	alone  bool        // nothing else stands on its line
	text   string      // behind "recipe-lint:"
	span   recipe.Span // of the comment
	cut    Edit        // takes it out, with its line where it is alone
	names  Edit        // replaces the list of names
	sure   bool        // it is known to be a comment, not a part of a value
	bare   bool        // the colon is missing
	excess bool        // one too many in its file; those behind it are not read
}

// text is one file in which comments are looked for.
type text struct {
	path string
	data []byte
}

var (
	hashComment = regexp.MustCompile(`(?:^|[ \t])(#[ \t]*recipe-lint(?::[ \t]*|[ \t]+)(.*?))[ \t\r]*$`)
	htmlComment = regexp.MustCompile(`(<!--[ \t]*recipe-lint(?::[ \t]*|[ \t]+)(.*?)[ \t]*-->)`)
	order       = regexp.MustCompile(`^ignore(-file)?=`)
	namesOf     = regexp.MustCompile(`^[a-z-]+=([^ \t]*)`)
)

// texts are the files whose comments count.
func (in *Input) texts() []text {
	if in.Recipe == nil {
		return in.alone
	}
	var texts []text
	for _, file := range in.Recipe.Compose {
		texts = append(texts, text{file.Path, file.Data})
	}
	if in.Recipe.EnvSample != nil {
		texts = append(texts, text{in.Recipe.EnvSample.Path, in.Recipe.EnvSample.Bytes()})
	}
	if in.Recipe.AbraSh != nil { // keeps no text of its own
		if data, err := recipe.ReadFile(in.Recipe.FS, in.Recipe.AbraSh.Path); err == nil {
			texts = append(texts, text{in.Recipe.AbraSh.Path, data})
		}
	}
	if in.Recipe.Readme != nil {
		texts = append(texts, text{in.Recipe.Readme.Path, in.Recipe.Readme.Data})
	}
	return texts
}

// comments lists those that speak to the linter. What looks like one but stands
// inside a value is none, as far as the file can be parsed.
func (t text) comments() []comment {
	if !bytes.Contains(t.data, []byte("recipe-lint")) {
		return nil
	}
	var found []comment
	data := strings.TrimPrefix(string(t.data), "\ufeff") // has no column
	number, offset := 0, len(t.data)-len(data)
	fence := ""
	for line := range strings.Lines(data) {
		number++
		if fence = t.fenced(fence, line); fence != "" {
			offset += len(line)
			continue
		}
		if c, ok := t.comment(line, number, offset); ok && len(found) <= maxSuppressions {
			c.excess = len(found) == maxSuppressions
			found = append(found, c)
		}
		offset += len(line)
	}
	return t.real(found)
}

// fenced is the fence of the code block that goes on behind the line; "" outside of
// one. Code in a README is shown, and says nothing (CommonMark 4.5).
func (t text) fenced(open, line string) string {
	line = strings.TrimSpace(line)
	switch {
	case path.Ext(t.path) != ".md":
	case open != "" && strings.HasPrefix(line, open) && strings.Trim(line, open[:1]) == "":
	case open != "":
		return open
	case strings.HasPrefix(line, "```"), strings.HasPrefix(line, "~~~"):
		return line[:len(line)-len(strings.TrimLeft(line, line[:1]))]
	}
	return ""
}

func (t text) comment(line string, number, offset int) (comment, bool) {
	pattern := hashComment
	if path.Ext(t.path) == ".md" {
		pattern = htmlComment
	}
	body := strings.TrimSuffix(line, "\n")
	at := pattern.FindStringSubmatchIndex(body)
	if at == nil || len(body) > maxLine {
		return comment{}, false
	}
	bare := !strings.Contains(body[at[2]:at[4]], ":")
	if bare && !order.MatchString(body[at[4]:at[5]]) { // prose
		return comment{}, false
	}
	before := body[:at[2]]
	column := utf8.RuneCountInString(before) + 1
	c := comment{
		file: t.path, line: number, text: body[at[4]:at[5]], bare: bare,
		alone: strings.TrimSpace(before+body[at[3]:]) == "",
		span:  recipe.Span{File: t.path, Line: number, Column: column, EndLine: number, EndColumn: column + utf8.RuneCountInString(body[at[2]:at[3]])},
	}
	c.cut = Edit{File: t.path, Start: offset + len(strings.TrimRight(before, " \t")), End: offset + at[3]}
	if c.alone {
		c.cut.Start, c.cut.End = offset, offset+len(line)
	}
	if names := namesOf.FindStringSubmatchIndex(c.text); names != nil {
		c.names = Edit{File: t.path, Start: offset + at[4] + names[2], End: offset + at[4] + names[3]}
	}
	return c, true
}

// real drops those that a value holds, and marks those that surely stand outside
// of one. What a shell script does with its lines is not known.
func (t text) real(found []comment) []comment {
	inside, known := t.values(len(found) > 0)
	found = slices.DeleteFunc(found, func(c comment) bool {
		last, any := inside[c.line] // a comment ends its line: no value ends behind its start
		return any && (last.EndLine > c.line || last.EndColumn > c.span.Column)
	})
	for i := range found {
		found[i].sure = known
	}
	return found
}

// values are the spans of the last value on each line, where the file can be parsed.
func (t text) values(wanted bool) (byLine map[int]recipe.Span, known bool) {
	byLine = map[int]recipe.Span{}
	switch extension := path.Ext(t.path); {
	case !wanted:
	case extension == ".md": // says nothing to Docker
		known = true
	case extension == ".yml", extension == ".yaml":
		// Places are compared by line, which YAML counts as we do but for its rare line breaks.
		rare := strings.ContainsAny(strings.ReplaceAll(string(t.data), "\r\n", "\n"), "\r\u0085\u2028\u2029")
		file := recipe.ParseCompose(t.path, t.data)
		addScalars(byLine, file, file.Root, maxDepth)
		known = file.Root != nil && !rare
	case path.Base(t.path) == ".env.sample":
		file := recipe.ParseEnv(t.path, t.data)
		for _, v := range file.Vars() {
			addLines(byLine, v.ValueSpan, v.ValueSpan.Line)
		}
		known = len(file.Faults) == 0
	}
	return byLine, known
}

// maxDepth is deeper than any compose file that is read.
const maxDepth = 200

func addScalars(byLine map[int]recipe.Span, file *recipe.ComposeFile, n *yaml.Node, depth int) {
	if n == nil || depth == 0 {
		return
	}
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		span := file.Span(n)
		first := span.Line
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			first++ // a comment may stand behind the | or >
		}
		addLines(byLine, span, first)
	}
	for _, child := range n.Content {
		addScalars(byLine, file, child, depth-1)
	}
}

func addLines(byLine map[int]recipe.Span, span recipe.Span, first int) {
	for line := first; line <= span.EndLine; line++ {
		byLine[line] = span
	}
}
