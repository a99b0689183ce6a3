package recipe

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ComposeFile is one compose.yml or compose.*.yml.
type ComposeFile struct {
	Path   string
	Data   []byte     // nil where the file could not be read
	Root   *yaml.Node // the first document's mapping; nil where the file is broken
	Faults []Fault
	text   *source // as editors count lines
	yaml   *source // as YAML counts lines
}

// ParseCompose reads one compose file; it never fails: what is broken becomes a
// Fault. Where Root is not nil, walking it with every alias expanded is bounded:
// 50,000 nodes, 100 levels, 4 MiB of scalars.
func ParseCompose(path string, data []byte) *ComposeFile {
	text := string(data)
	f := &ComposeFile{Path: path, Data: data, text: newSource(path, text)}
	f.yaml = f.text
	if strings.ContainsAny(text, "\r\u0085\u2028\u2029") {
		f.yaml = newYAMLSource(path, text)
	}
	if countTokens(text) > maxTokens {
		f.fault(CodeYAMLTooLarge, Span{File: path}, fmt.Sprintf("the file has more than %d YAML tokens", maxTokens))
		return f
	}
	f.parse(text)
	f.checkControls(text)
	return f
}

// countTokens is an upper bound of the YAML nodes in text, cheap enough to save
// the parser from a megabyte of "[[],[],": it takes 1 KiB a node.
func countTokens(text string) int {
	n := 0
	for i := range len(text) {
		switch text[i] {
		case ',', ':', '[', '{', '\n':
			n++
		}
	}
	return n
}

func (f *ComposeFile) parse(text string) {
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		f.syntaxFault(err)
		return
	}
	document, err := nextDocument(loader)
	switch {
	case errors.Is(err, io.EOF):
		f.fault(CodeYAMLNoMapping, Span{File: f.Path}, "the file is empty; expected a mapping with services:")
	case err != nil:
		f.syntaxFault(err)
	default:
		f.check(document)
		f.checkNext(loader)
	}
}

func nextDocument(loader *yaml.Loader) (document *yaml.Node, err error) {
	document = &yaml.Node{}
	panicked := guard(func() { err = loader.Load(document) })
	return document, errors.Join(panicked, err)
}

// check sets Root if the document is one that may be walked.
func (f *ComposeFile) check(document *yaml.Node) {
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		f.fault(CodeYAMLNoMapping, f.Span(root), "expected a mapping with services: at the top of the file")
		return
	}
	if reason, at := measure(root); reason != "" {
		f.fault(CodeYAMLTooLarge, f.Span(at), reason)
		return
	}
	f.Root = root
	f.checkKeys(root)
}

// checkNext reports a second document: Docker reads the first and says nothing.
func (f *ComposeFile) checkNext(loader *yaml.Loader) {
	if next, err := nextDocument(loader); err == nil {
		f.fault(CodeYAMLDocuments, f.Span(next), "a second YAML document starts here; only the first one is read")
	}
}

// checkControls reports what Docker's YAML parser refuses wherever it stands,
// comments too, and ours lets pass.
func (f *ComposeFile) checkControls(text string) {
	at := strings.IndexFunc(text, func(r rune) bool { return r >= 0x7f && r <= 0x9f && r != 0x85 })
	if at >= 0 && f.Root != nil {
		f.fault(CodeYAMLSyntax, f.text.span(at, at), fmt.Sprintf("not valid YAML: the control character %U; remove it", []rune(text[at:])[0]))
	}
}

func (f *ComposeFile) fault(code string, span Span, message string) {
	f.Faults = addFault(f.Faults, Fault{code, span, message})
}

// syntaxFault reports what the YAML parser says, with its place.
func (f *ComposeFile) syntaxFault(err error) {
	var at *yaml.LoadError
	if !errors.As(err, &at) {
		f.fault(CodeYAMLSyntax, Span{File: f.Path}, "not valid YAML: "+oneLine(err.Error()))
		return
	}
	mark, message := at.Mark, "not valid YAML: "+at.Message
	if at.ContextMsg != "" {
		message += ", " + at.ContextMsg
		if at.ContextMark.Line > 0 {
			message += fmt.Sprintf(" that starts at line %d, column %d", at.ContextMark.Line, at.ContextMark.Column)
		}
	}
	if mark.Line == 0 {
		mark = at.ContextMark
	}
	start := f.yaml.offset(max(mark.Line, 1), max(mark.Column, 1))
	f.fault(CodeYAMLSyntax, f.text.span(start, start), oneLine(message))
}
