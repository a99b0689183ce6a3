package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"coopcloud.tech/catalogue/internal/deploy"
)

// rows are the services of a deploy, sorted by name.
type rows struct {
	names []string
	last  map[string]deploy.Event
}

// line is one line of the terminal, with its ANSI colour.
type line struct{ text, colour string }

func (r *rows) keep(e deploy.Event) {
	before, known := r.last[e.Name]
	if !known {
		r.names = append(r.names, e.Name)
		slices.Sort(r.names)
	}
	if e.Op != "" { // the counts of before still hold
		e.Running, e.Desired, e.Failed = before.Running, before.Desired, before.Failed
	}
	r.last[e.Name] = e
}

// lines are at most height lines of at most width cells: a line that wraps, or a
// screen that scrolls, would be counted wrongly. Where there are too many, what
// is up gives way.
func (r *rows) lines(width, height int) []line {
	prefix, column := r.prefix(), 0
	for _, name := range r.names {
		column = max(column, len(name)-len(prefix))
	}
	var all []line
	upLines := 0
	for _, quiet := range []bool{false, true} {
		all, upLines = nil, 0
		for _, name := range r.names {
			e := r.last[name]
			if quiet && e.State == deploy.ConvergedState {
				upLines++
				continue
			}
			all = append(all, r.of(e, prefix, min(column, width/3), width)...)
		}
		if len(all) <= height {
			break
		}
	}
	if upLines > 0 {
		all = append(all[:min(len(all), height-1)], line{text: fmt.Sprintf("and %d more are up", upLines), colour: "32"})
	}
	return all[:min(len(all), height)]
}

// of is one service: its bar, and below it the last words of a task in trouble.
func (r *rows) of(e deploy.Event, prefix string, column, width int) []line {
	name := clip(oneLine(strings.TrimPrefix(e.Name, prefix)), column)
	count := fmt.Sprintf("%d/%d", e.Running, e.Desired)
	if e.Op != "" && e.Desired == 0 { // nobody has counted yet
		e.Desired, count = 1, ""
	}
	text := fmt.Sprintf("%s %5s  %-*s  ", bar(e.Running, e.Desired), count, column, name)
	indent := strings.Repeat(" ", len(bar(0, 0))+8)
	text += oneLine(strings.ReplaceAll(stateText(e), prefix, ""))
	lines := []line{{clip(text, width), serviceColour(e)}}
	if e.Log != "" {
		lines = append(lines, line{clip(indent+"log: "+oneLine(e.Log), width), "2"})
	}
	return lines
}

// prefix is what all names begin with: the stack.
func (r *rows) prefix() string {
	common := r.names[0]
	for _, name := range r.names {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	return common[:strings.LastIndex(common, "_")+1]
}

func bar(running, desired uint64) string {
	const width = 10
	full := uint64(width)
	if desired > 0 {
		full = width * min(running, desired) / desired
	}
	return "[" + strings.Repeat("=", int(full)) + strings.Repeat(".", int(width-full)) + "]"
}

// doing is how the ops of a phase are said.
var doing = map[deploy.Phase]map[deploy.Op]string{
	deploy.ApplyPhase: {deploy.Create: "created", deploy.Update: "updated", deploy.Replace: "replaced"},
	deploy.UndoPhase:  {deploy.Create: "put back", deploy.Update: "put back", deploy.Remove: "removed again"},
	deploy.PrunePhase: {deploy.Remove: "removed"},
}

// stateText says how a service does.
func stateText(e deploy.Event) string {
	text := e.State
	switch {
	case e.Op != "":
		text = doing[e.Phase][e.Op]
	case e.State == deploy.ConvergedState && e.Health != "":
		text = "up and " + e.Health
	case e.State == deploy.ConvergedState:
		text = "up"
	case e.State == deploy.HeldState, e.State == deploy.ReleasedState:
		return e.Detail
	case e.Health == "starting":
		text += ", not healthy yet"
	}
	if e.Phase == deploy.UndoPhase && e.Op == "" {
		text = "back to what ran before: " + text
	}
	if e.Failed > 0 {
		text += fmt.Sprintf(", %d failed", e.Failed)
	}
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

func serviceColour(e deploy.Event) string {
	switch {
	case e.State == deploy.ConvergedState:
		return "32"
	case e.Failed > 0, e.Phase == deploy.UndoPhase:
		return "33"
	case e.State == deploy.HeldState:
		return "2"
	}
	return ""
}

// oneLine makes text from strangers fit for a line of the screen.
func oneLine(s string) string { return strings.Join(strings.Fields(safeText(s)), " ") }

// clip cuts text to so many cells of the terminal.
func clip(s string, cells int) string {
	used := 0
	for i, r := range s {
		n := cellsOf(r)
		if used+n > cells {
			return s[:i]
		}
		used += n
	}
	return s
}

// cellsOf is how many cells of a terminal a character takes.
func cellsOf(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
		return 2
	}
	return 1
}
