//go:build bench

package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// corpus holds real recipes and stacks; it is not part of the project.
var corpus, _ = filepath.Abs("../../../shared/corpus")

// peers is where test/bench.sh puts the linters that it measures against.
var peers, _ = filepath.Abs("../../bin/peers")

// cost is what the kernel says of one finished process. On a shared machine its
// processor time moves less than the clock on the wall.
type cost struct {
	wall, cpu time.Duration
	memory    int64 // bytes at the most
}

func measured(t *testing.T, cmd *exec.Cmd) cost {
	t.Helper()
	wall := timed(t, cmd)
	return costOf(cmd.ProcessState, wall)
}

func costOf(ended *os.ProcessState, wall time.Duration) cost {
	return cost{wall, ended.UserTime() + ended.SystemTime(), ended.SysUsage().(*syscall.Rusage).Maxrss << 10}
}

// typical is the median of each figure.
func typical(costs []cost) cost {
	var wall, cpu []time.Duration
	var memory []int64
	for _, c := range costs {
		wall, cpu, memory = append(wall, c.wall), append(cpu, c.cpu), append(memory, c.memory)
	}
	slices.Sort(memory)
	return cost{median(wall), median(cpu), memory[len(memory)/2]}
}

func repeated(t *testing.T, times int, command func() *exec.Cmd) cost {
	t.Helper()
	measured(t, command()) // fills the page cache
	var costs []cost
	for range times {
		costs = append(costs, measured(t, command()))
	}
	return typical(costs)
}

// coldLint is one process that lints bonfire and ends.
func coldLint(t *testing.T, docker func() *exec.Cmd) row {
	ours := repeated(t, 21, func() *exec.Cmd {
		return exec.Command(bin("recipe-lint"), "--fail-level", "never", filepath.Join(corpus, "recipes/bonfire"))
	})
	their := repeated(t, runs, docker)
	return row{
		what: "bonfire: lint, cold process (≤ 30 ms, ≤ 50 MB)", peer: "docker stack config, the same files", ours: ours.wall, their: their.wall,
		note: fmt.Sprintf("cpu %s, %d MB", round(ours.cpu), ours.memory/1e6),
	}
}

// wholeCorpus lints every compose file of the corpus, each alone, in one process
// of each linter: the same number of files, so that the times compare as files a
// second.
func wholeCorpus(t *testing.T) []row {
	files := composeFiles(t)
	if len(files) == 0 {
		return []row{{what: "NO CORPUS: the rows of the whole corpus are left out"}}
	}
	ours := repeated(t, runs, func() *exec.Cmd {
		return exec.Command(bin("recipe-lint"), append([]string{"--fail-level", "never"}, files...)...)
	})
	rows := []row{}
	for _, peer := range []struct {
		name, path string
		times      int // dclint takes minutes
		target     string
	}{
		{"dclint", filepath.Join(peers, "node_modules/.bin/dclint"), 1, "≥ 100 ×"},
		{"yamllint", "yamllint", runs, "≥ 5 ×"},
	} {
		r := row{what: fmt.Sprintf("%d files (%s)", len(files), peer.target), peer: peer.name, ours: ours.wall}
		if path, err := exec.LookPath(peer.path); err != nil {
			r.note = fmt.Sprintf("NO PEER: %s could not be installed (%v); this row proves nothing", peer.name, err)
		} else {
			their := against(t, peer.times, path, files)
			r.their = their.wall
			r.note = fmt.Sprintf("%.0f × the files a second, %.0f × a second of processor; %.0f files/s, cpu %s against %s, %d MB",
				ratio(their.wall, ours.wall), ratio(their.cpu, ours.cpu), float64(len(files))/ours.wall.Seconds(), round(ours.cpu), round(their.cpu), ours.memory/1e6)
		}
		rows = append(rows, r)
	}
	return rows
}

func against(t *testing.T, times int, path string, files []string) cost {
	var costs []cost
	for range times {
		costs = append(costs, measured(t, exec.Command(path, files...)))
	}
	return typical(costs)
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

func composeFiles(t *testing.T) []string {
	var files []string
	for _, dir := range []string{"recipes", "stacks"} {
		err := filepath.WalkDir(filepath.Join(corpus, dir), func(path string, d fs.DirEntry, err error) error {
			if extension := filepath.Ext(path); err == nil && d.Type().IsRegular() && (extension == ".yml" || extension == ".yaml") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

const changes = 200

// editor is the language server as a process: one change of bonfire's compose.yml,
// up to the answer that needs the new findings.
func editor(t *testing.T) []row {
	path := filepath.Join(corpus, "recipes/bonfire/compose.yml")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil // said by another row
	}
	c := startServer(t)
	document := map[string]any{"uri": "file://" + path}
	c.say("initialize", 1, map[string]any{"capabilities": map[string]any{}})
	c.say("textDocument/didOpen", 0, map[string]any{"textDocument": map[string]any{"uri": "file://" + path, "text": string(text)}})
	var times []time.Duration
	for n := range changes {
		started := time.Now()
		c.say("textDocument/didChange", 0, map[string]any{"textDocument": document, "contentChanges": []any{map[string]any{"text": fmt.Sprintf("%s# %d\n", text, n)}}})
		c.say("textDocument/hover", 2+n, map[string]any{"textDocument": document, "position": map[string]int{"line": 0, "character": 0}})
		c.hear(2 + n)
		times = append(times, time.Since(started))
	}
	spent := c.end()
	return []row{{
		what: "bonfire: a change in an editor (≤ 10 ms)", ours: median(times),
		note: fmt.Sprintf("cpu %s a change, start included; %d MB after %d changes", round(spent.cpu/changes), spent.memory/1e6, changes),
	}}
}

// client speaks with `recipe-lint lsp`.
type client struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out *textproto.Reader
}

func startServer(t *testing.T) *client {
	t.Helper()
	c := &client{t: t, cmd: exec.Command(bin("recipe-lint"), "lsp")}
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.in, c.out = in, textproto.NewReader(bufio.NewReader(out))
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// say sends a request, or a notification where id is 0.
func (c *client) say(method string, id int, params any) {
	c.t.Helper()
	m := map[string]any{"jsonrpc": "2.0", "method": method, "params": params}
	if id != 0 {
		m["id"] = id
	}
	data, err := json.Marshal(m)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(data), data); err != nil {
		c.t.Fatal(err)
	}
}

// hear reads up to the answer to the request.
func (c *client) hear(id int) {
	c.t.Helper()
	for {
		header, err := c.out.ReadMIMEHeader()
		if err != nil {
			c.t.Fatal(err)
		}
		size, _ := strconv.Atoi(header.Get("Content-Length"))
		data := make([]byte, size)
		if _, err := io.ReadFull(c.out.R, data); err != nil {
			c.t.Fatal(err)
		}
		var m struct{ ID int }
		if err := json.Unmarshal(data, &m); err != nil {
			c.t.Fatal(err)
		}
		if m.ID == id {
			return
		}
		if strings.Contains(string(data), `"error":`) && !strings.Contains(string(data), "publishDiagnostics") {
			c.t.Fatalf("the server refused: %s", data)
		}
	}
}

func (c *client) end() cost {
	c.t.Helper()
	c.say("shutdown", changes+2, nil)
	c.hear(changes + 2)
	c.say("exit", 0, nil)
	if err := c.cmd.Wait(); err != nil {
		c.t.Fatal(err)
	}
	return costOf(c.cmd.ProcessState, 0)
}
