package bump

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// place is a stretch of bytes of one file of the recipe.
type place struct {
	file       string
	start, end int
}

// part is a piece of a value, and the bytes that say it, word for word.
type part struct {
	text     string
	place    place  // file is "" where no file of the recipe says it
	variable string // the outermost ${…} that it comes from; "" for plain text
}

var errNotPlain = errors.New("it is written with escapes, over several lines, or with an operator other than - and :-")

// variableStart is ${NAME}, ${NAME:-default} up to the default, or $NAME.
var variableStart = regexp.MustCompile(`^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(\}|:?-)|([A-Za-z_][A-Za-z0-9_]*))`)

// splitter takes a text apart into the parts that its value is put together from.
type splitter struct {
	scope    *scope
	file     string
	text     string
	offset   int // of text in the file
	depth    int
	variable string
	parts    []part
}

// split takes apart the text that stands at offset in the file.
func (s *scope) split(file, text string, offset, depth int, variable string) ([]part, error) {
	if depth > recipe.MaxNesting {
		return nil, fmt.Errorf("${…} is nested deeper than %d", recipe.MaxNesting)
	}
	x := splitter{scope: s, file: file, text: text, offset: offset, depth: depth, variable: variable}
	end, err := x.word(0, false)
	if err == nil && end < len(text) {
		err = errNotPlain
	}
	return x.parts, err
}

// word reads up to the end, or up to the } that closes a default.
func (x *splitter) word(at int, inDefault bool) (int, error) {
	for at < len(x.text) {
		if x.text[at] == '}' && inDefault {
			return at, nil
		}
		if x.text[at] == '$' {
			next, err := x.reference(at)
			if err != nil {
				return at, err
			}
			at = next
			continue
		}
		end := len(x.text)
		if i := strings.IndexAny(x.text[at:], plainEnds(inDefault)); i >= 0 {
			end = at + i
		}
		x.parts = append(x.parts, part{x.text[at:end], place{x.file, x.offset + at, x.offset + end}, x.variable})
		at = end
	}
	return at, nil
}

func plainEnds(inDefault bool) string {
	if inDefault {
		return "$}"
	}
	return "$"
}

// reference reads the variable at at, and its default where the value lacks.
func (x *splitter) reference(at int) (next int, err error) {
	m := variableStart.FindStringSubmatch(x.text[at:])
	if m == nil {
		return at, errNotPlain
	}
	name, operator := m[1]+m[3], m[2]
	next = at + len(m[0])
	value, set, err := x.scope.value(name, x.depth+1, x.outer(name))
	if err != nil {
		return at, err
	}
	if operator == "" || operator == "}" {
		x.parts = append(x.parts, value...)
		return next, nil
	}
	useful := set && (operator == "-" || textOf(value) != "")
	kept, outer := x.parts, x.variable
	x.variable = x.outer(name)
	end, err := x.word(next, true)
	x.variable = outer
	if useful {
		x.parts = append(kept, value...)
	}
	if err == nil && end >= len(x.text) {
		err = errNotPlain
	}
	return end + 1, err
}

func (x *splitter) outer(name string) string {
	if x.variable != "" {
		return x.variable
	}
	return name
}

func textOf(parts []part) string {
	var text strings.Builder
	for _, p := range parts {
		text.WriteString(p.text)
	}
	return text.String()
}

// cut splits the parts at the offsets of their joint text, which ascend.
func cut(parts []part, offsets ...int) [][]part {
	var pieces [][]part
	at, rest := 0, parts
	for _, offset := range offsets {
		var piece []part
		for len(rest) > 0 && at < offset {
			head := rest[0]
			if n := offset - at; n < len(head.text) {
				first, second := head.halves(n)
				piece, rest = append(piece, first), append([]part{second}, rest[1:]...)
				at = offset
				break
			}
			piece, rest = append(piece, head), rest[1:]
			at += len(head.text)
		}
		pieces = append(pieces, piece)
	}
	return append(pieces, rest)
}

// halves splits a part n bytes in.
func (p part) halves(n int) (first, second part) {
	first, second = p, p
	first.text, second.text = p.text[:n], p.text[n:]
	if p.place.file != "" {
		first.place.end = p.place.start + n
		second.place.start = p.place.start + n
	}
	return first, second
}
