package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/deploy"
)

func event(name, state string, change ...func(*deploy.Event)) deploy.Event {
	e := deploy.Event{Phase: deploy.WaitPhase, Kind: deploy.ServiceKind, Name: name, State: state, Desired: 1}
	if state == deploy.ConvergedState {
		e.Running = 1
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

func testScreen(width, height int) (*screen, *bytes.Buffer) {
	var out bytes.Buffer
	s := &screen{out: &out, tty: true, size: func() (int, int) { return width, height }, rows: rows{last: map[string]deploy.Event{}}}
	return s, &out
}

// shown is what a terminal shows in the end. It knows the sequences that a
// screen may use, and fails on any other.
func shown(t *testing.T, written string, width, height int) []string {
	t.Helper()
	var lines []string
	row := 0
	known := regexp.MustCompile(`^\x1b\[(\d*)([AKJ])`)
	for rest := written; rest != ""; {
		if m := known.FindStringSubmatch(rest); m != nil {
			var n int
			_, _ = fmt.Sscan(m[1], &n)
			switch m[2] {
			case "A":
				if n >= height {
					t.Fatalf("up %d lines of a terminal of %d", n, height)
				}
				row -= n
			case "J":
				lines = lines[:row]
			}
			rest = rest[len(m[0]):]
			continue
		}
		end := strings.IndexAny(rest, "\x1b\n")
		if end < 0 {
			t.Fatalf("no line's end: %q", rest)
		}
		if end > 0 {
			lines = append(lines[:row], append([]string{rest[:end]}, lines[min(row+1, len(lines)):]...)...)
			if cells := len([]rune(rest[:end])); cells >= width {
				t.Errorf("%d cells on a line of %d: %q", cells, width, rest[:end])
			}
		}
		if rest[end] == '\n' {
			row, end = row+1, end+1
		}
		rest = rest[end:]
	}
	return lines
}

func TestScreen(t *testing.T) {
	s, out := testScreen(61, 24)
	s.show(event("a_b_app", deploy.HeldState, func(e *deploy.Event) { e.Detail = "waits for a_b_db" }))
	s.show(event("a_b_db", "", func(e *deploy.Event) { e.Phase, e.Op = deploy.ApplyPhase, deploy.Create }))
	s.show(event("a_b_db", "starting", func(e *deploy.Event) {
		e.Health, e.Failed, e.Detail, e.Log = "starting", 2, "last task: it\x1b[2Jdied", "evil \x1b]0;words\a that never come near anything like an end\nor so"
	}))
	want := []string{
		"[..........]   0/1  app  waits for db",
		"[..........]   0/1  db   starting, not healthy yet, 2 failed",
		"                    log: evil \uFFFD]0;words\uFFFD that never come nea",
	}
	if got := shown(t, out.String(), 61, 24); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shown\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	s.show(event("a_b_db", deploy.ConvergedState, func(e *deploy.Event) { e.Health = "healthy" }))
	want = []string{"[..........]   0/1  app  waits for db", "[==========]   1/1  db   up and healthy"}
	if got := shown(t, out.String(), 61, 24); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("shown\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// More services than lines: what is up gives way, and nothing scrolls.
func TestScreenThatIsTooSmall(t *testing.T) {
	s, out := testScreen(40, 10)
	for i := range 20 {
		s.show(event(fmt.Sprintf("s_%d", i), "starting"))
	}
	if got := shown(t, out.String(), 40, 10); len(got) != 9 {
		t.Errorf("%d lines on a terminal of 10", len(got))
	}
	for i := range 19 {
		s.show(event(fmt.Sprintf("s_%d", i), deploy.ConvergedState))
	}
	got := shown(t, out.String(), 40, 10)
	if len(got) != 2 || !strings.Contains(got[0], "19") || got[1] != "and 19 more are up" {
		t.Errorf("shown\n%s", strings.Join(got, "\n"))
	}
}

func TestPlainLinesTellTheSame(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out}
	s.show(event("s_app", "pending", func(e *deploy.Event) { e.Failed, e.Log, e.Detail = 1, "no\x1bway", "why" }))
	if want := "00:00:00 wait s_app: 0/1 pending, 1 failed (why); log: no\uFFFDway\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

// One change, one line, and nothing of it lost.
func TestEventsAsJSON(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, asJSON: true}
	s.show(event("s_app", "starting", func(e *deploy.Event) { e.Health, e.Failed, e.Log = "starting", 2, "a\x1bb" }))
	want := `{"time":"0001-01-01T00:00:00Z","phase":"wait","kind":"service","name":"s_app","state":"starting","running":0,"desired":1,"health":"starting","failed":2,"log":"a\u001bb"}` + "\n"
	if out.String() != want {
		t.Errorf("%s\nwant\n%s", out.String(), want)
	}
}
