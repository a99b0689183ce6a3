package swarm_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	engineapi "github.com/docker/docker/api/types/swarm"

	"coopcloud.tech/catalogue/internal/deploy/swarm"
)

// logEngine is an engine that has one log to give.
func logEngine(t *testing.T, log string) *swarm.Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.41")
		if strings.HasSuffix(r.URL.Path, "/tasks/one/logs") {
			_, _ = w.Write([]byte(log))
		}
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return connect(t, "unix://"+socket)
}

// frame is one message of the stream 1 (stdout), 2 (stderr) or 3 (the engine's
// own words).
func frame(stream byte, text string) string {
	header := make([]byte, 8)
	header[0] = stream
	binary.BigEndian.PutUint32(header[4:], uint32(len(text)))
	return string(header) + text
}

const at = "2026-05-01T12:00:00.000000001Z "

func TestTaskLogs(t *testing.T) {
	long := strings.Repeat("x", swarm.MaxLogLine)
	for name, test := range map[string]struct {
		tty  bool
		log  string
		want string // stream:text of each line, with ! where it was cut
		err  string
	}{
		"lines":            {log: frame(1, at+"one\n") + frame(2, at+"two\n"), want: "out:one err:two"},
		"a split line":     {log: frame(1, at+"on") + frame(2, at+"two\n") + frame(1, at+"e\n"), want: "err:two out:one"},
		"without an end":   {log: frame(1, at+"one"), want: "out:one"},
		"empty":            {log: frame(1, at+"\n"), want: "out:"},
		"without a time":   {log: frame(1, "one two\n"), want: "out:one two"},
		"too long":         {log: frame(1, at+long+"yyy\n") + frame(1, at+"next\n"), want: "out:" + long[:swarm.MaxLogLine-len(at)] + "! out:next"},
		"too long, split":  {log: frame(1, at+long[:40000]) + frame(1, at+long[:40000]+"\n"), want: "out:" + long + "!"},
		"no log":           {log: frame(1, at+"one\n") + frame(3, "the driver cannot be read\n"), want: "out:one", err: "the driver cannot be read"},
		"broken off":       {log: frame(1, at+"one\n")[:20], err: "unexpected EOF"},
		"something else":   {log: frame(9, "x"), err: "a log that is none"},
		"a terminal's":     {tty: true, log: at + "one\r\n" + at + "two\r\n", want: "out:one\r out:two\r"},
		"a terminal's end": {tty: true, log: at + "one", want: "out:one"},
		"a terminal, long": {tty: true, log: at + long + "yyy\n", want: "out:" + long + "!"},
	} {
		t.Run(name, func(t *testing.T) {
			task := engineapi.Task{ID: "one", Spec: engineapi.TaskSpec{ContainerSpec: &engineapi.ContainerSpec{TTY: test.tty}}}
			var lines []string
			err := logEngine(t, test.log).TaskLogs(t.Context(), task, swarm.LogOptions{Stdout: true, Stderr: true, Tail: -1}, func(line swarm.LogLine) error {
				lines = append(lines, shown(line))
				return nil
			})
			if got := strings.Join(lines, " "); got != test.want {
				t.Errorf("%.200q, want %.200q", got, test.want)
			}
			if test.err == "" && err != nil || err != nil && !strings.Contains(err.Error(), test.err) || test.err != "" && err == nil {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if name == "no log" && !errors.Is(err, swarm.ErrLog) {
				t.Errorf("%v is no ErrLog", err)
			}
		})
	}
}

func shown(line swarm.LogLine) string {
	stream, cut := "out", ""
	if line.Stderr {
		stream = "err"
	}
	if line.Cut {
		cut = "!"
	}
	return fmt.Sprintf("%s:%s%s", stream, line.Text, cut)
}

func TestAddContext(t *testing.T) {
	getenv := dockerDir(t, nil)
	if err := swarm.AddContext("one.example.org", "ssh://root@203.0.113.7:2222", getenv); err != nil {
		t.Fatal(err)
	}
	found, err := swarm.Locate("one.example.org", getenv)
	if err != nil || found.Host != "ssh://root@203.0.113.7:2222" {
		t.Errorf("%+v %v", found, err)
	}
	if err := swarm.AddContext("one.example.org", "ssh://elsewhere", getenv); err == nil {
		t.Error("a context was replaced")
	}
}
