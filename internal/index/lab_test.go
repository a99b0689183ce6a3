package index_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/catalogue"
	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/index"
	"coopcloud.tech/catalogue/internal/index/source"
	"coopcloud.tech/catalogue/internal/index/store"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// lab is a folder of real git repos, a data folder with a real database, and a clock.
type lab struct {
	t       testing.TB
	repos   string
	db      *store.Store
	options index.Options
	now     time.Time
}

// newLab builds the repos that the archives describe.
func newLab(t testing.TB, archives ...string) *lab {
	t.Helper()
	l := &lab{t: t, repos: t.TempDir(), now: noon}
	l.options = index.Options{Data: t.TempDir(), Now: func() time.Time { return l.now }, Program: "test"}
	for _, archive := range archives {
		l.build(archive)
	}
	db, err := store.Open(t.Context(), filepath.Join(l.options.Data, "catalogue.db"))
	l.must(err)
	t.Cleanup(func() { db.Close() })
	l.db = db
	l.sources("dir:" + l.repos)
	return l
}

func (l *lab) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *lab) sources(specs ...string) {
	l.t.Helper()
	l.options.Sources = nil
	for _, spec := range specs {
		src, err := source.Parse(spec)
		l.must(err)
		l.options.Sources = append(l.options.Sources, src)
	}
}

// build makes a repo of each top folder of an archive, with a commit and a tag
// for each folder below it. A version's files lie over those of the one before;
// a file that says "gone" is gone. The version HEAD is a commit without a tag. A
// repo that is there already is made anew.
func (l *lab) build(archive string) {
	l.t.Helper()
	text := []byte(archive)
	if !strings.Contains(archive, "\n") {
		var err error
		text, err = os.ReadFile(filepath.Join("testdata", archive))
		l.must(err)
	}
	snapshots := map[string][]git.Snapshot{}
	for _, file := range txtar.Parse(text).Files {
		parts := strings.SplitN(file.Name, "/", 3)
		snapshots[parts[0]] = addFile(snapshots[parts[0]], parts[1], parts[2], file.Data)
	}
	for name, versions := range snapshots {
		l.must(os.RemoveAll(l.repo(name)))
		l.must(git.Build(l.repo(name), versions))
	}
}

func addFile(snapshots []git.Snapshot, version, path string, data []byte) []git.Snapshot {
	tag, message := version, ""
	if version == "HEAD" {
		tag, message = "", "HEAD"
	}
	files := fstest.MapFS{}
	if n := len(snapshots); n > 0 {
		if last := snapshots[n-1]; last.Version == tag {
			files, snapshots = last.Files.(fstest.MapFS), snapshots[:n-1]
		} else {
			for name, file := range last.Files.(fstest.MapFS) {
				files[name] = file
			}
		}
	}
	if files[path] = (&fstest.MapFile{Data: data, Mode: 0o644}); strings.TrimSpace(string(data)) == "gone" {
		delete(files, path)
	}
	date := time.Date(2025, 1, 1+len(snapshots), 0, 0, 0, 0, time.UTC)
	return append(snapshots, git.Snapshot{Version: tag, Message: message, Files: fs.FS(files), Date: date})
}

func (l *lab) repo(name string) string { return filepath.Join(l.repos, name) }

// git runs the real git in a repo.
func (l *lab) git(repo string, args ...string) {
	l.t.Helper()
	cmd := exec.Command("git", append([]string{"-C", l.repo(repo), "-c", "user.name=a", "-c", "user.email=a@example.org"}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// crawl runs one crawl an hour after the last one.
func (l *lab) crawl() index.Report {
	l.t.Helper()
	l.now = l.now.Add(time.Hour)
	report, err := index.Crawl(l.t.Context(), l.db, l.options)
	l.must(err)
	return report
}

func (l *lab) load() catalogue.Catalogue {
	l.t.Helper()
	loaded, err := index.Load(l.t.Context(), l.db, l.now)
	l.must(err)
	return loaded
}

// recipe loads one recipe, which must be there.
func (l *lab) recipe(name string) catalogue.Recipe {
	l.t.Helper()
	loaded := l.load()
	r, ok := loaded.Recipe(name)
	if !ok {
		l.t.Fatalf("the catalogue has no recipe %q; it has %v", name, names(loaded))
	}
	return r
}

func names(c catalogue.Catalogue) []string {
	out := []string{}
	for _, r := range c.Recipes {
		out = append(out, r.Name)
	}
	return out
}

func tags(r catalogue.Recipe) []string {
	out := []string{}
	for _, v := range r.Versions {
		out = append(out, v.Version)
	}
	return out
}

// said reports whether a problem has all the words.
func said(problems []catalogue.Problem, words ...string) bool {
	for _, p := range problems {
		text, all := p.Where+": "+p.Message, true
		for _, word := range words {
			all = all && strings.Contains(text, word)
		}
		if all {
			return true
		}
	}
	return false
}
