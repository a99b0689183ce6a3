package bump_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/bump"
	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/upstream"
)

var update = flag.Bool("update", false, "write what the fixtures give")

// fixture is a recipe, what registries say, and what becomes of it:
//
//	job      words: allow=STEP bump=STEP service=NAME strict publish released=VERSION
//	checks   REFERENCE [TAG…] [held=TAG] [digest=D] [moved=] [err=WORD]
//	digests  REFERENCE DIGEST
//	old/…    the recipe as it was released
//	want     the report and the patch
type fixture struct {
	job   bump.Job
	files fstest.MapFS
	want  string
}

func parse(t *testing.T, archive *txtar.Archive, wear func(string) string) fixture {
	t.Helper()
	f := fixture{files: fstest.MapFS{}}
	f.job = bump.Job{Allow: upstream.Minor, Checks: map[string]upstream.Check{}}
	old, digests, words := fstest.MapFS{}, map[string]string{}, ""
	for _, file := range archive.Files {
		text := string(file.Data)
		switch name, previous := strings.CutPrefix(file.Name, "old/"); {
		case file.Name == "job":
			words = text
		case file.Name == "checks":
			for line := range strings.Lines(text) {
				fields := strings.Fields(line)
				f.job.Checks[fields[0]] = check(fields)
			}
		case file.Name == "digests":
			for line := range strings.Lines(text) {
				fields := strings.Fields(line)
				digests[fields[0]] = fields[1]
			}
		case file.Name == "want":
			f.want = text
		case previous:
			old[name] = &fstest.MapFile{Data: []byte(wear(text)), Mode: 0o644}
		default:
			f.files[file.Name] = &fstest.MapFile{Data: []byte(wear(text)), Mode: 0o644}
		}
	}
	f.job.Digest = func(ref string) (string, error) {
		if digests[ref] == "" {
			return "", errors.New("no such image")
		}
		return digests[ref], nil
	}
	f.job.Recipe = read(t, f.files)
	f.options(t, words, old)
	return f
}

func (f *fixture) options(t *testing.T, words string, old fs.FS) {
	for word := range strings.FieldsSeq(words) {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "allow":
			f.job.Allow = upstream.Step(value)
		case "bump":
			f.job.Bump = upstream.Step(value)
		case "service":
			f.job.Services = append(f.job.Services, value)
		case "strict":
			f.job.Strict = true
		case "publish":
			f.job.Publish = true
		case "released":
			f.job.Released = &bump.Release{Version: value, Recipe: read(t, old)}
		default:
			t.Fatalf("unknown word %q", word)
		}
	}
}

// check reads one line of checks; the verdict is the real one.
func check(fields []string) upstream.Check {
	_, tag, _ := strings.Cut(fields[0][strings.LastIndexByte(fields[0], '/')+1:], ":")
	tag, _, _ = strings.Cut(tag, "@")
	q, c := upstream.Question{Current: tag, Tags: []upstream.Tag{{Name: tag}}}, upstream.Check{}
	for _, field := range fields[1:] {
		if !strings.Contains(field, "=") {
			q.Tags = append(q.Tags, upstream.Tag{Name: field})
		}
	}
	c.Verdict = upstream.Judge(q)
	for _, field := range fields[1:] {
		switch key, value, _ := strings.Cut(field, "="); key {
		case "held":
			c.Verdict.Step, c.Verdict.Held, c.Verdict.Reason = upstream.Hold, []string{value}, "for a reason"
		case "digest":
			c.Image.Digest = value
		case "moved":
			c.Verdict.Step, c.Verdict.Newest = upstream.Rebuild, tag
		case "err":
			c.Err, c.Verdict = errors.New(value), upstream.Verdict{Current: tag, Step: upstream.Unknown}
		}
	}
	return c
}

func read(t *testing.T, files fs.FS) *recipe.Recipe {
	t.Helper()
	r, err := recipe.Read(files, "example")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// show is what the fixture's want says.
func show(o bump.Outcome, err error) string {
	var b strings.Builder
	for _, s := range o.Report.Services {
		fmt.Fprintf(&b, "%s:%d %s %s: %s", s.File, s.Line, s.Service, s.Old, s.Status)
		if s.New != "" {
			fmt.Fprintf(&b, " %s to %s", s.Step, s.New)
		}
		if s.Reason != "" {
			fmt.Fprintf(&b, " (%s)", s.Reason)
		}
		b.WriteString("\n")
	}
	if v := o.Report.Version; v != nil {
		fmt.Fprintf(&b, "version %s to %s\n", v.Old, v.New)
	}
	for _, c := range o.Report.Configs {
		fmt.Fprintf(&b, "config %s %s: %s to %s\n", c.Config, c.Variable, c.Old, c.New)
	}
	for _, w := range o.Report.Warnings {
		fmt.Fprintf(&b, "warning %s\n", w)
	}
	if err != nil {
		fmt.Fprintf(&b, "error %s\n", err)
	}
	for _, c := range o.Changes {
		b.Write(edit.Diff(c.File, c))
	}
	return b.String()
}

func asIs(text string) string { return text }

func TestRun(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := parse(t, archive, asIs)
			o, err := bump.Run(f.job)
			got := show(o, err)
			switch {
			case got == f.want:
			case *update:
				rewrite(t, path, archive, got)
			default:
				t.Errorf("got\n%s\nwant\n%s", got, f.want)
			}
			again(t, f, o)
			agrees(t, f, o)
			dressed(t, archive, o)
		})
	}
}

func rewrite(t *testing.T, path string, archive *txtar.Archive, want string) {
	for i := range archive.Files {
		if archive.Files[i].Name == "want" {
			archive.Files[i].Data = []byte(want)
		}
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// after are the files with the changes made.
func after(files fs.FS, o bump.Outcome) overlay.FS {
	now := overlay.FS{Base: files, Files: map[string][]byte{}}
	for _, c := range o.Changes {
		if !c.Remove {
			now.Files[c.File] = c.After
		}
	}
	return now
}

// again runs the job on its own result, where the registries have nothing newer:
// nothing is left to change.
func again(t *testing.T, f fixture, o bump.Outcome) {
	t.Helper()
	if o.Changes == nil {
		return
	}
	job := f.job
	job.Recipe, job.Checks = read(t, after(f.files, o)), map[string]upstream.Check{}
	refs, err := bump.References(job.Recipe, job.Services)
	if err != nil {
		t.Fatal(err)
	}
	for _, ref := range refs {
		job.Checks[ref] = upstream.Check{Verdict: upstream.Verdict{Step: upstream.NoStep}}
	}
	if second, err := bump.Run(job); err != nil || len(second.Changes) > 0 {
		t.Errorf("the second run changes something: %v\n%s", err, show(second, err))
	}
}

// agrees lints what was written: no rule about versions speaks.
func agrees(t *testing.T, f fixture, o bump.Outcome) {
	t.Helper()
	if o.Report.Version == nil || len(o.Report.Warnings) > 0 {
		return
	}
	facts := lint.Facts{Tags: &[]lint.Tag{{Name: o.Report.Version.Old, Annotated: true}}}
	if released := f.job.Released; released != nil {
		facts.Previous = &lint.Release{Version: released.Version, Recipe: released.Recipe}
	}
	for _, finding := range lint.Run(lint.NewInput(read(t, after(f.files, o)), facts)).Findings {
		if slices.Contains([]string{"R191", "R194", "R199", "R201"}, finding.Rule) {
			t.Errorf("the linter says %s of what was written: %s", finding.Rule, finding.Message)
		}
	}
}

// dressed runs the same job on files that other editors wrote: the changes are the
// same, and line ends and byte order marks stay.
func dressed(t *testing.T, archive *txtar.Archive, plain bump.Outcome) {
	t.Helper()
	kinds := map[string]func(string) string{
		"CRLF": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"BOM":  func(s string) string { return "\ufeff" + s },
		"open": func(s string) string { return strings.TrimSuffix(s, "\n") },
	}
	for kind, wear := range kinds {
		f := parse(t, archive, wear)
		if kind == "CRLF" { // no shell would run it
			for name, file := range f.files {
				if name == "abra.sh" {
					file.Data = []byte(strings.ReplaceAll(string(file.Data), "\r\n", "\n"))
				}
			}
			f.job.Recipe = read(t, f.files)
		}
		o, _ := bump.Run(f.job)
		if len(o.Changes) != len(plain.Changes) {
			t.Errorf("%s: %d files change in place of %d", kind, len(o.Changes), len(plain.Changes))
			continue
		}
		for i, c := range o.Changes {
			want := string(plain.Changes[i].After)
			if note := strings.HasPrefix(c.File, "release/"); note && kind != "open" { // may be new, or renamed
				c.After = []byte(strings.NewReplacer("\r\n", "\n", "\ufeff", "").Replace(string(c.After)))
			} else if !note {
				want = wear(want)
			}
			if kind == "CRLF" && c.File == "abra.sh" {
				want = string(plain.Changes[i].After)
			}
			if string(c.After) != want && !c.Remove {
				t.Errorf("%s: %s\ngot  %q\nwant %q", kind, c.File, c.After, want)
			}
		}
	}
}
