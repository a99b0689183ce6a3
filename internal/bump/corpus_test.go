package bump_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/upstream"
)

const corpus = "../../../shared/corpus"

var (
	lastNumber = regexp.MustCompile(`^(.*?)([0-9]+)([^0-9]*)$`)
	numbers    = regexp.MustCompile(`[0-9]+`)
)

// newer makes up a registry that has a newer tag of every image: the last number,
// one higher.
func newer(t testing.TB, r *recipe.Recipe) map[string]upstream.Check {
	t.Helper()
	checks := map[string]upstream.Check{}
	refs, err := bump.References(r, nil)
	if err != nil {
		return checks // the run says so, too
	}
	for _, ref := range refs {
		_, tag, _ := strings.Cut(ref[strings.LastIndexByte(ref, '/')+1:], ":")
		tag, _, _ = strings.Cut(tag, "@")
		q := upstream.Question{Current: tag, Tags: []upstream.Tag{{Name: tag}}}
		if m := lastNumber.FindStringSubmatch(tag); m != nil {
			if n, err := strconv.Atoi(m[2]); err == nil {
				q.Tags = append(q.Tags, upstream.Tag{Name: fmt.Sprintf("%s%0*d%s", m[1], len(m[2]), n+1, m[3])})
			}
		}
		checks[ref] = upstream.Check{Verdict: upstream.Judge(q)}
	}
	return checks
}

func job(t testing.TB, r *recipe.Recipe) bump.Job {
	return bump.Job{
		Recipe: r, Allow: upstream.Major, Checks: newer(t, r),
		Digest: func(string) (string, error) { return "sha256:" + strings.Repeat("a", 64), nil },
	}
}

// Of real recipes and stacks no byte changes but the numbers of tags, versions and
// digests.
func TestCorpus(t *testing.T) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("the corpus is not here")
	}
	recipes, seen, raised, left := map[string]fs.FS{}, 0, 0, map[string]int{}
	folders, _ := filepath.Glob(corpus + "/recipes/*")
	for _, folder := range folders {
		recipes[folder] = os.DirFS(folder)
	}
	_ = filepath.WalkDir(corpus+"/stacks", func(path string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if seen++; seen%5 != 0 && os.Getenv("CATALOGUE_SOAK") == "" {
			return nil // a part of them shows as much
		}
		if err == nil && (ext == ".yml" || ext == ".yaml") {
			data, _ := os.ReadFile(path)
			recipes[path] = fstest.MapFS{"compose.yml": {Data: data, Mode: 0o644}}
		}
		return nil
	})
	for path, files := range recipes {
		o, err := bump.Run(job(t, read(t, files)))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "compose") { // what is wrong with the file
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		for _, c := range o.Changes {
			if c.Before != nil && !sameButNumbers(string(c.Before), string(c.After)) {
				t.Errorf("%s: more than numbers changed:\n%s", path, show(o, nil))
			}
		}
		for _, s := range o.Report.Services {
			if s.Status == bump.Raised {
				raised++
			} else {
				left[s.Reason]++
			}
		}
	}
	t.Logf("%d recipes and stacks, %d images raised", len(recipes), raised)
	if raised < 200 {
		t.Errorf("only %d images were raised: the test proves little", raised)
	}
	for reason, n := range left {
		t.Logf("%4d left: %s", n, reason)
	}
}

var (
	digest  = regexp.MustCompile(`sha256:[0-9a-f]{64}`)                          // changes as a whole
	version = regexp.MustCompile(`(\.version["']?[=:] *["']?)[^\s"'+]+[^\s"']*`) // may get a +
)

func sameButNumbers(before, after string) bool {
	bare := func(s string) string {
		return numbers.ReplaceAllString(version.ReplaceAllString(digest.ReplaceAllString(s, "D"), "${1}V"), "#")
	}
	return bare(before) == bare(after)
}

// Whatever the files say: no panic, nothing but numbers changes, and a second run
// with nothing newer changes nothing.
func FuzzRun(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, compose, _ := strings.Cut(string(data), "-- compose.yml --\n")
		compose, _, _ = strings.Cut(compose, "\n-- ")
		_, env, _ := strings.Cut(string(data), "-- .env.sample --\n")
		env, _, _ = strings.Cut(env, "\n-- ")
		f.Add(compose, env, "export SHELL_VERSION=3.0.0\n", "pin app nginx:1.27\n")
	}
	f.Fuzz(func(t *testing.T, compose, env, shell, pins string) {
		files := fstest.MapFS{}
		for name, text := range map[string]string{"compose.yml": compose, ".env.sample": env, "abra.sh": shell, "versions": pins} {
			files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		}
		r, err := recipe.Read(files, "example")
		if err != nil {
			t.Fatal(err)
		}
		first := job(t, r)
		o, err := bump.Run(first)
		if err != nil {
			return
		}
		for _, c := range o.Changes {
			if c.Before != nil && !sameButNumbers(string(c.Before), string(c.After)) {
				t.Errorf("more than numbers changed:\n%s", show(o, nil))
			}
		}
		second := bump.Job{Recipe: read(t, after(files, o)), Allow: upstream.Major, Checks: map[string]upstream.Check{}}
		if again, err := bump.Run(second); err != nil || len(again.Changes) > 0 {
			t.Errorf("the second run changes something: %v\n%s", err, show(again, err))
		}
	})
}
