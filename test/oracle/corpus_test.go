package oracle

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestMain(m *testing.M) {
	Quiet()
	os.Exit(m.Run())
}

// Every stack that Docker accepts becomes the same specs, except where the
// project differs on purpose.
func TestCorpus(t *testing.T) {
	root, paths := corpus(t)
	verdicts, err := Verdicts(CorpusDir())
	if err != nil {
		t.Fatal(err)
	}
	tally := newTally(t, 1)
	for _, path := range paths {
		r := Compare(caseOf(root, path))
		if accepted := strings.HasPrefix(verdicts[path], "OK"); accepted != (r.Config != nil) && !imageless(r) {
			t.Errorf("%s: the loader says %v, but the verdict was %s", path, r.DockerErr, verdicts[path])
		}
		tally.add(path, r)
	}
	tally.report()
}

// Most refusals of the corpus are variables without a value, and env files
// that were left out. With both, more of it converts.
func TestCorpusWithValues(t *testing.T) {
	root, paths := corpus(t)
	tally := newTally(t, 2)
	for _, path := range paths {
		c := caseOf(root, path)
		c.Env, c.Provide = withValues(t, c), true
		tally.add(path, Compare(c))
	}
	tally.report()
}

// compose.yml with compose.dev.yml, a.yml with a.cluster.yml: files of one
// folder that are meant to be merged, with some value for each variable.
func TestCorpusMerges(t *testing.T) {
	root, paths := corpus(t)
	tally := newTally(t, 3)
	for _, base := range paths {
		stem := strings.TrimSuffix(base, filepath.Ext(base))
		for _, overlay := range paths {
			if overlay == base || filepath.Dir(overlay) != filepath.Dir(base) || !strings.HasPrefix(overlay, stem+".") {
				continue
			}
			c := caseOf(root, base)
			c.Files = append(c.Files, filepath.Base(overlay))
			c.Env, c.Provide = withValues(t, c), true
			tally.add(base+" "+filepath.Base(overlay), Compare(c))
		}
	}
	tally.report()
}

// The recipes: the base, each overlay on it, and all together; once with
// nothing set, once with some value for each variable.
func TestRecipeMerges(t *testing.T) {
	root, _ := corpus(t)
	tally := newTally(t, 4)
	for _, name := range []string{"bonfire", "bore", "lemp", "traefik"} {
		dir := filepath.Join(root, "recipes", name)
		for _, files := range merges(t, dir) {
			c := Case{Name: "stack", Dir: dir, Files: files, Env: CorpusEnv()}
			tally.add(name+" "+strings.Join(files, " "), Compare(c))
			c.Env = withValues(t, c)
			tally.add(name+" "+strings.Join(files, " ")+" (values)", Compare(c))
		}
	}
	tally.report()
}

// corpus copies the corpus, so that missing files may be made, and lists the
// compose files that Docker has judged.
func corpus(t *testing.T) (root string, paths []string) {
	t.Helper()
	dir := CorpusDir()
	if dir == "" {
		t.Skip("no shared/corpus above this folder")
	}
	verdicts, err := Verdicts(dir)
	if err != nil {
		t.Fatal(err)
	}
	root = copyOf(t, dir)
	for _, path := range slices.Sorted(maps.Keys(verdicts)) {
		if _, err := os.Stat(filepath.Join(root, path)); err == nil { // it has a few verdicts more than files
			paths = append(paths, path)
		}
	}
	return root, paths
}

func caseOf(root, path string) Case {
	dir, file := filepath.Split(filepath.Join(root, path))
	return Case{Name: "stack", Dir: filepath.Clean(dir), Files: []string{file}, Env: CorpusEnv()}
}

// imageless says that only the CLI's own check, after the loader, refused.
func imageless(r Result) bool {
	return r.DockerErr != nil && strings.HasPrefix(r.DockerErr.Error(), "invalid image reference")
}

var variable = regexp.MustCompile(`\$\{?([A-Za-z_][A-Za-z0-9_]*)(:?-)?`)

// source finds a variable at the beginning of a mount.
var source = regexp.MustCompile(`(?:- |source: )["']?\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?[^:\n]*(?::/|\n)`)

// withValues sets every variable that the files give no default: to a path
// where a mount starts with it, else to 1, which does as a number, a size, a
// port and a name.
func withValues(t *testing.T, c Case) map[string]string {
	t.Helper()
	env := CorpusEnv()
	for _, file := range c.Files {
		data, err := os.ReadFile(filepath.Join(c.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range source.FindAllSubmatch(data, -1) {
			env[string(match[1])] = "/srv"
		}
		for _, match := range variable.FindAllSubmatch(data, -1) {
			if name := string(match[1]); env[name] == "" && match[2] == nil {
				env[name] = "1"
			}
		}
	}
	return env
}

func merges(t *testing.T, dir string) [][]string {
	t.Helper()
	overlays := glob(t, dir, "compose.*.yml")
	overlays = append(overlays, glob(t, dir, "*/compose.*.yml")...)
	all := [][]string{{"compose.yml"}, append([]string{"compose.yml"}, overlays...)}
	for _, o := range overlays {
		all = append(all, []string{"compose.yml", o})
	}
	return all
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range paths {
		if paths[i], err = filepath.Rel(dir, p); err != nil {
			t.Fatal(err)
		}
	}
	return paths
}

// copyOf makes a copy in which missing files may be made.
func copyOf(t *testing.T, corpus string) string {
	t.Helper()
	root := t.TempDir()
	for _, part := range []string{"stacks", "recipes"} {
		if err := os.CopyFS(filepath.Join(root, part), os.DirFS(filepath.Join(corpus, part))); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// docs has a table of the outcomes, a column a corpus.
const docs = "../../docs/oracle.md"

// tally counts outcomes by class, and holds them against a column of docs.
type tally struct {
	*testing.T
	column int
	counts map[string]int
}

func newTally(t *testing.T, column int) *tally { return &tally{t, column, map[string]int{}} }

func (t *tally) add(name string, r Result) {
	switch {
	case r.DockerErr != nil && r.OursErr != nil:
		t.counts["both refuse: "+refusal(r)]++
	case r.DockerErr != nil:
		t.alone(name, r.DockerErr)
	case r.OursErr != nil:
		t.Errorf("%s: refused by ours alone: %v", name, r.OursErr)
	case len(r.Differences) == 0:
		t.counts["equal"]++
	default:
		t.explain(name, r)
	}
}

func refusal(r Result) string {
	switch {
	case imageless(r):
		return "no image, or none that is valid"
	case r.Config != nil:
		return "what Docker's conversion refuses"
	}
	return "what Docker's loader refuses"
}

// alone counts what only Docker refuses: each is a case of an item.
func (t *tally) alone(name string, err error) {
	for _, a := range Accepted {
		if a.message.MatchString(err.Error()) {
			t.counts[a.String()]++
			return
		}
	}
	t.Errorf("%s: Docker alone refuses, for an unknown reason: %v", name, err)
}

func (t *tally) explain(name string, r Result) {
	classes := map[string]bool{}
	for _, d := range r.Differences {
		if e := Explain(d, r.Config); e != nil {
			classes["differs, "+e.String()] = true
			continue
		}
		t.Errorf("%s: %v", name, d)
	}
	for class := range classes {
		t.counts[class]++
	}
}

// report compares with the table.
func (t *tally) report() {
	data, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for line := range strings.Lines(string(data)) {
		cells := strings.Split(line, " | ")
		if len(cells) != 5 {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(cells[t.column], " |\n")); err == nil && n > 0 {
			said[strings.TrimPrefix(cells[0], "| ")] = n
		}
	}
	for _, class := range slices.Sorted(maps.Keys(merged(said, t.counts))) {
		t.Logf("%5d  %s", t.counts[class], class)
		if said[class] != t.counts[class] {
			t.Errorf("%s: %d; docs/oracle.md says %d in column %d", class, t.counts[class], said[class], t.column)
		}
	}
}
