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
	switch {
	case c.From == nil:
		return printable(c.Field) + ": " + shorten(*c.To) + " (new)"
	case c.To == nil:
		return printable(c.Field) + ": " + shorten(*c.From) + " (gone)"
	default:
		return printable(c.Field) + ": " + shorten(*c.From) + " → " + shorten(*c.To)
	}
}

func shorten(value string) string {
	value = strings.Join(strings.Fields(printable(value)), " ")
	if value == "" {
		return `""`
	}
	if utf8.RuneCountInString(value) > maxShown {
		value = string([]rune(value)[:maxShown-1]) + "…"
	}
	return value
}

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
func (p *Plan) Text(colour bool) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s on %s: %s\n", printable(p.App), printable(p.Server), printable(p.headline()))
	kept := map[Kind]int{}
	for _, a := range p.Actions {
		if a.Op == Keep && a.Cause == "" {
			kept[a.Kind]++
			continue
		}
		text.WriteString(a.text(colour))
	}
	text.WriteString(keptLine(kept))
	for _, warning := range p.Warnings {
		fmt.Fprintf(&text, "! %s\n", printable(warning))
	}
	for _, reason := range p.Refused {
		fmt.Fprintf(&text, "refused: %s\n", printable(reason))
	}
	return text.String()
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

func (a Action) text(colour bool) string {
	var text strings.Builder
	line := fmt.Sprintf("%s %s %s %s", mark[a.Op].sign, a.Op, a.Kind, printable(a.Name))
	if colour {
		line = "\x1b[" + mark[a.Op].colour + "m" + line + "\x1b[0m"
	}
	text.WriteString(line)
	if a.Cause != "" {
		text.WriteString(": " + printable(a.Cause))
	}
	text.WriteString("\n")
	for _, change := range a.Changes {
		fmt.Fprintf(&text, "    %s\n", change)
	}
	if a.Op == Create && a.service != nil {
		fmt.Fprintf(&text, "    image: %s\n", printable(a.service.TaskTemplate.ContainerSpec.Image))
	}
	return text.String()
}

func keptLine(kept map[Kind]int) string {
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
	if len(parts) == 0 {
		return ""
	}
	return "= unchanged: " + strings.Join(parts, ", ") + "\n"
}
