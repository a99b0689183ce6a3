package publish

import (
	"bytes"
	"fmt"
	"html/template"
	"regexp"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// readme renders the READMEs of strangers: no raw HTML, nothing loaded from
// elsewhere, links to web pages and mail addresses only.
type readme struct{ markdown goldmark.Markdown }

func newReadme() readme {
	return readme{goldmark.New(
		goldmark.WithExtensions(
			// An align attribute, because the pages' policy forbids style ones.
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
			extension.Strikethrough, extension.TaskList, extension.Linkify,
		),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(strangers{}, 1))),
	)}
}

// metadata is the block that the page shows as facts.
var metadata = regexp.MustCompile(`(?s)<!--\s*metadata\s*-->.*?<!--\s*endmetadata\s*-->`)

// render returns the README's HTML, and whether that is all of it. What could
// take long, or makes the renderer fail, is shown as plain text.
func (r readme) render(text string) (page template.HTML, whole bool) {
	text = metadata.ReplaceAllString(text, "")
	short := cut(text, maxReadme)
	whole = len(short) == len(text)
	if tangled(short) {
		return plainReadme(short), whole
	}
	rendered, err := r.convert([]byte(short))
	if err != nil {
		return plainReadme(short), whole
	}
	return rendered, whole
}

func (r readme) convert(source []byte) (page template.HTML, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the renderer panicked: %v", cause)
		}
	}()
	document := r.markdown.Parser().Parse(text.NewReader(source))
	if title, ok := document.FirstChild().(*ast.Heading); ok && title.Level == 1 {
		document.RemoveChild(document, title) // the page has a title
	}
	var out bytes.Buffer
	err = r.markdown.Renderer().Render(&out, source, document)
	return template.HTML(out.String()), err
}

func plainReadme(text string) template.HTML {
	return template.HTML("<pre>" + template.HTMLEscapeString(text) + "</pre>")
}

// strangers renders the nodes that could do harm.
type strangers struct{}

func (s strangers) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindRawHTML, skip)
	register.Register(ast.KindHTMLBlock, skip)
	register.Register(ast.KindHeading, heading)
	register.Register(ast.KindLink, link)
	register.Register(ast.KindAutoLink, autoLink)
	register.Register(ast.KindImage, image)
}

func skip(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// heading stays below the page's own h1 and h2.
func heading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	level := min(node.(*ast.Heading).Level+2, 6)
	if entering {
		_, _ = w.WriteString("<h" + string(rune('0'+level)) + ">")
	} else {
		_, _ = w.WriteString("</h" + string(rune('0'+level)) + ">\n")
	}
	return ast.WalkContinue, nil
}

// link keeps the text of a link that leads nowhere safe. Relative ones do:
// they were made for the repository's own page.
func link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	open(w, node.(*ast.Link).Destination, entering)
	return ast.WalkContinue, nil
}

// image becomes a link: a picture would tell its server who reads the page.
func image(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	destination := node.(*ast.Image).Destination
	if _, inLink := node.Parent().(*ast.Link); inLink {
		destination = nil
	}
	open(w, destination, entering)
	if entering && node.FirstChild() == nil {
		_, _ = w.WriteString("image")
	}
	return ast.WalkContinue, nil
}

func autoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	auto := node.(*ast.AutoLink)
	destination := auto.URL(source)
	if auto.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(bytes.ToLower(destination), []byte("mailto:")) {
		destination = append([]byte("mailto:"), destination...)
	}
	open(w, destination, true)
	_, _ = w.Write(util.EscapeHTML(auto.Label(source)))
	open(w, destination, false)
	return ast.WalkContinue, nil
}

// open starts or ends a link where that leads to a web page or a mail address.
func open(w util.BufWriter, destination []byte, entering bool) {
	target := readmeLink(string(util.URLEscape(destination, true)))
	switch {
	case target == "":
	case entering:
		_, _ = w.WriteString(`<a rel="nofollow ugc noopener noreferrer" href="`)
		_, _ = w.Write(util.EscapeHTML([]byte(target)))
		_, _ = w.WriteString(`">`)
	default:
		_, _ = w.WriteString("</a>")
	}
}
