package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"coopcloud.tech/catalogue/internal/deploy"
)

// screen shows how a deploy goes: a line for each service on a terminal, drawn
// anew at each change; plain lines elsewhere; one JSON object a line for
// programs.
type screen struct {
	out    io.Writer
	asJSON bool
	tty    bool
	width  int
	order  []string
	lines  map[string]string
	drawn  int
}

func newScreen(v *appVerb) *screen {
	s := &screen{out: v.stderr, lines: map[string]string{}}
	if v.json {
		s.out, s.asJSON = v.stdout, true
		return s
	}
	s.tty, _ = v.terminal(v.stderr)
	if s.tty = s.tty && v.getenv("TERM") != "dumb"; s.tty {
		s.width, _, _ = term.GetSize(int(v.stderr.(*os.File).Fd()))
	}
	return s
}

func (s *screen) show(e deploy.Event) {
	switch {
	case s.asJSON:
		// A reader that went away is no reason to stop a deploy halfway.
		_ = json.NewEncoder(s.out).Encode(e)
	case s.tty && e.Kind == deploy.ServiceKind:
		s.keep(e)
		s.draw()
	case s.tty:
	default:
		fmt.Fprintf(s.out, "%s %s %s%s\n", e.Time.Format("15:04:05"), e.Phase, safeText(e.Name), safeText(ending(e)))
	}
}

// ending is what an event says about its object.
func ending(e deploy.Event) string {
	if e.Op != "" {
		return ": " + string(e.Op) + " " + string(e.Kind)
	}
	text := fmt.Sprintf(": %d/%d %s", e.Running, e.Desired, e.State)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

func (s *screen) keep(e deploy.Event) {
	if _, known := s.lines[e.Name]; !known {
		s.order = append(s.order, e.Name)
	}
	text := e.Name + ending(e)
	if e.Op == "" {
		text = bar(e.Running, e.Desired) + " " + text
	}
	s.lines[e.Name] = text
}

func bar(running, desired uint64) string {
	const width = 10
	full := uint64(width)
	if desired > 0 {
		full = width * min(running, desired) / desired
	}
	return "[" + strings.Repeat("=", int(full)) + strings.Repeat(".", int(width-full)) + "]"
}

// draw writes all lines again over the old ones.
func (s *screen) draw() {
	if s.drawn > 0 {
		fmt.Fprintf(s.out, "\x1b[%dA", s.drawn)
	}
	for _, name := range s.order {
		line := []rune(strings.Join(strings.Fields(safeText(s.lines[name])), " "))
		// A line that wraps would be counted wrongly.
		if s.width > 1 && len(line) > s.width-1 {
			line = line[:s.width-1]
		}
		fmt.Fprintf(s.out, "\x1b[2K%s\n", string(line))
	}
	s.drawn = len(s.order)
}

// done leaves the last state standing.
func (s *screen) done() { s.drawn = 0 }
