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

// screen shows how a deploy goes: a bar for each service on a terminal, drawn
// anew at each change; plain lines elsewhere; one JSON object a line for
// programs.
type screen struct {
	out         io.Writer
	asJSON      bool
	tty, colour bool
	size        func() (width, height int)
	rows        rows
	notes       []string
	drawn       int // lines on the terminal that are ours
}

func newScreen(v *appVerb) *screen {
	if v.json {
		return &screen{out: v.stdout, asJSON: true}
	}
	s := &screen{out: v.stderr, rows: rows{last: map[string]deploy.Event{}}}
	s.tty, s.colour = v.terminal(v.stderr)
	if s.tty = s.tty && v.getenv("TERM") != "dumb"; s.tty {
		s.size = func() (int, int) { return sizeOf(v.stderr.(*os.File)) }
	}
	return s
}

// sizeOf asks each time: windows are resized.
func sizeOf(file *os.File) (width, height int) {
	width, height, err := term.GetSize(int(file.Fd()))
	if err != nil || width < 20 || height < 3 {
		return 80, 24
	}
	return width, height
}

func (s *screen) show(e deploy.Event) {
	switch {
	case s.asJSON:
		// A reader that went away is no reason to stop a deploy halfway.
		_ = json.NewEncoder(s.out).Encode(e)
	case e.Phase == deploy.LockPhase:
		fmt.Fprintln(s.out, oneLine(e.Detail))
		s.drawn = 0
	case !s.tty:
		fmt.Fprintf(s.out, "%s %s %s: %s\n", e.Time.Format("15:04:05"), e.Phase, oneLine(e.Name), oneLine(plainText(e)))
	case e.Kind == deploy.ServiceKind:
		s.note(e)
		s.rows.keep(e)
		s.draw()
	}
}

// plainText is what an event says about its object, on one line.
func plainText(e deploy.Event) string {
	if e.Op != "" {
		return string(e.Op) + " " + string(e.Kind)
	}
	text := fmt.Sprintf("%d/%d %s", e.Running, e.Desired, stateText(e))
	if e.Log != "" {
		text += "; log: " + e.Log
	}
	return text
}

// note keeps what should stand below the bars when all is over.
func (s *screen) note(e deploy.Event) {
	if e.State == deploy.ReleasedState {
		s.notes = append(s.notes, fmt.Sprintf("note: %s was %s", e.Name, e.Detail))
	}
}

// draw writes all lines over the old ones, in one write and without clearing
// first: nothing flickers.
func (s *screen) draw() {
	width, height := s.size()
	lines := s.rows.lines(width-1, height-1)
	var frame strings.Builder
	if s.drawn > 0 {
		fmt.Fprintf(&frame, "\x1b[%dA", s.drawn)
	}
	for _, line := range lines {
		frame.WriteString(paint(line.text, line.colour, s.colour) + "\x1b[K\n")
	}
	if len(lines) < s.drawn {
		frame.WriteString("\x1b[J")
	}
	s.drawn = len(lines)
	_, _ = io.WriteString(s.out, frame.String())
}

func paint(text, colour string, wanted bool) string {
	if colour == "" || !wanted {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[m"
}

// done leaves the last state standing.
func (s *screen) done() {
	s.drawn = 0
	for _, note := range s.notes {
		fmt.Fprintln(s.out, oneLine(note))
	}
	s.notes = nil
}
