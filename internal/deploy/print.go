package deploy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxShown is how much of a value a person is shown.
const maxShown = 60

// String says what changes, shortened to a line.
func (c Change) String() string {
	if c.Cause != "" {
		cause := printable(c.Cause)
		c.Cause = ""
		return c.String() + " (" + cause + ")"
	}
	switch {
	case c.From == nil && c.To == nil: // of a file that somebody wrote by hand
		return printable(c.Field)
	case c.From == nil:
		return printable(c.Field) + ": " + shorten(*c.To) + " (new)"
	case c.To == nil:
		return printable(c.Field) + ": " + shorten(*c.From) + " (gone)"
	default:
		return printable(c.Field) + ": " + shorten(*c.From) + " → " + shorten(*c.To)
	}
}

func shorten(value string) string {
	value = shortDigest(strings.Join(strings.Fields(printable(value)), " "))
	if value == "" {
		return `""`
	}
	if utf8.RuneCountInString(value) > maxShown {
		value = string([]rune(value)[:maxShown-1]) + "…"
	}
	return value
}

// shortDigest cuts an image's digest to what people compare.
func shortDigest(image string) string {
	name, digest, found := strings.Cut(image, "@sha256:")
	if !found || len(digest) <= shownDigest {
		return image
	}
	return name + "@sha256:" + digest[:shownDigest]
}

const shownDigest = 12

// printable replaces what would command a terminal or turn the reading
// direction: specs come from strangers.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// mark is how an op looks at the start of a line, and its ANSI colour.
var mark = map[Op]struct{ sign, colour string }{
	Create:  {"+", "32"},
	Update:  {"~", "33"},
	Replace: {"±", "35"},
	Keep:    {"=", "2"},
	Remove:  {"-", "31"},
}

// Text is the plan for people. What is kept is only counted.
func (p *Plan) Text(colour bool) string { return p.text(&printer{colour: colour}) }

// FullText is Text with every object that is kept.
func (p *Plan) FullText(colour bool) string { return p.text(&printer{colour: colour, full: true}) }

// printer writes a plan for people.
type printer struct {
	strings.Builder
	colour bool
	full   bool // what is kept, too
}

func (p *Plan) text(out *printer) string {
	out.line("1", "%s on %s: %s", p.App, p.Server, p.headline())
	if p.Voucher != nil {
		out.line("2", "%s", p.Voucher)
	}
	out.actions(p)
	for _, risk := range p.Data {
		out.line("33", "data: %s", risk)
	}
	for _, warning := range p.Warnings {
		out.line("33", "! %s", warning)
	}
	for _, reason := range p.Refused {
		out.line("31", "refused: %s", reason)
	}
	return out.String()
}

// Changes is what the plan changes, for people, and nothing else; "" where that
// is nothing.
func (p *Plan) Changes(colour bool) string {
	out := printer{colour: colour}
	for _, a := range p.Actions {
		if a.Op != Keep {
			out.action(a, p.image(a))
		}
	}
	return out.String()
}

// line writes a line in an ANSI colour.
func (out *printer) line(colour, format string, args ...any) {
	text := printable(fmt.Sprintf(format, args...))
	if out.colour {
		text = "\x1b[" + colour + "m" + text + "\x1b[0m"
	}
	out.WriteString(text + "\n")
}

// actions lists what is done, and counts the rest.
func (out *printer) actions(p *Plan) {
	kept := map[Kind]int{}
	for _, a := range p.Actions {
		if a.Op == Keep && a.Cause == "" && !out.full {
			kept[a.Kind]++
			continue
		}
		out.action(a, p.image(a))
	}
	if text := keptText(kept); text != "" {
		out.line("2", "= unchanged: %s", text)
	}
}

// image is what the service of an action runs afterwards, where nothing else
// says so.
func (p *Plan) image(a Action) string {
	if a.Kind == ServiceKind && (a.Op == Create || a.Op == Keep) {
		for _, line := range p.Images {
			if line.Service == a.Name {
				return line.Image
			}
		}
	}
	return ""
}

func (out *printer) action(a Action, image string) {
	line := fmt.Sprintf("%s %s %s %s", mark[a.Op].sign, a.Op, a.Kind, a.Name)
	if a.Cause != "" {
		line += ": " + a.Cause
	}
	out.line(mark[a.Op].colour, "%s", line)
	for _, change := range a.Changes {
		fmt.Fprintf(out, "    %s\n", change)
	}
	if image != "" {
		fmt.Fprintf(out, "    image: %s\n", shortDigest(printable(image)))
	}
}

// String says on one line what a plan means for data.
func (r Risk) String() string {
	text := "volume"
	if len(r.Volumes) != 1 {
		text += "s"
	}
	text += " " + strings.Join(r.Volumes, ", ")
	if r.Service != "" {
		text += " of service " + r.Service
	}
	return text + ": " + r.Why
}

func (p *Plan) headline() string {
	version := p.Version
	if p.Chaos {
		version += " (local, unreleased)"
	}
	switch p.Running {
	case "":
		return p.Recipe + " " + version
	case p.Version:
		return p.Recipe + " " + version + " (the version that runs)"
	default:
		return p.Recipe + " " + p.Running + " → " + version
	}
}

func keptText(kept map[Kind]int) string {
	var parts []string
	for _, kind := range []Kind{ServiceKind, NetworkKind, SecretKind, ConfigKind} {
		switch n := kept[kind]; n {
		case 0:
		case 1:
			parts = append(parts, "1 "+string(kind))
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, kind))
		}
	}
	return strings.Join(parts, ", ")
}
