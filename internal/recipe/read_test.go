package recipe_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/recipe"
)

var update = flag.Bool("update", false, "rewrite the want files of testdata/read")

// TestRead reads the recipe of each testdata/read/*.txtar and compares what it
// says with the archive's last file, want.
func TestRead(t *testing.T) {
	paths, err := filepath.Glob("testdata/read/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { testArchive(t, path) })
	}
}

func testArchive(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "want" {
		t.Fatalf("the last file is %s, not want", last.Name)
	}
	fsys := fstest.MapFS{}
	for _, file := range archive.Files[:len(archive.Files)-1] {
		fsys[file.Name] = &fstest.MapFile{Data: file.Data}
	}
	r, err := recipe.Read(fsys, "x")
	if err != nil {
		t.Fatal(err)
	}
	got := dump(r)
	if got == string(last.Data) {
		return
	}
	if !*update {
		t.Fatalf("got:\n%s\nwant:\n%s", got, last.Data)
	}
	last.Data = []byte(got)
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// dump is what a recipe says, one fact a line, each with its place.
func dump(r *recipe.Recipe) string {
	var out strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&out, format+"\n", args...) }
	for _, f := range r.Compose {
		say("compose %s read=%v", f.Path, f.Root != nil)
	}
	if r.EnvSample != nil {
		for _, v := range append(r.EnvSample.Vars(), r.EnvSample.Commented()...) {
			say("env %s %s=%q commented=%v modifiers=%v", place(v.Span), v.Key, v.Value, v.Commented, v.Modifiers)
		}
	}
	if r.AbraSh != nil {
		for _, e := range r.AbraSh.Exports {
			say("export %s %s=%q", place(e.Span), e.Name, e.Value)
		}
		for _, f := range r.AbraSh.Functions {
			say("function %s %s", place(f.Span), f.Name)
		}
	}
	if r.Readme != nil {
		say("readme %q %q metadata=%v", r.Readme.Title, r.Readme.Description, r.Readme.HasMetadata)
		dumpMetadata(say, r.Readme.Metadata)
	}
	for _, n := range r.Notes {
		say("note %s %q", n.Version, n.Text)
	}
	for _, f := range r.Faults {
		say("fault %s %s: %s", place(f.Span), f.Code, f.Message)
	}
	return out.String()
}

func dumpMetadata(say func(string, ...any), m recipe.Metadata) {
	for _, field := range []struct {
		name string
		recipe.Field
	}{
		{"category", m.Category},
		{"status", m.Status},
		{"image", m.Image.Field},
		{"healthcheck", m.Healthcheck},
		{"backups", m.Backups},
		{"email", m.Email},
		{"tests", m.Tests},
		{"sso", m.SSO},
		{"maintainer", m.Maintainer},
	} {
		if field.Present {
			say("metadata %s %s %q", place(field.Span), field.name, field.Value)
		}
	}
}

func place(s recipe.Span) string {
	return fmt.Sprintf("%s:%d:%d-%d:%d", s.File, s.Line, s.Column, s.EndLine, s.EndColumn)
}

func BenchmarkReadBonfire(b *testing.B) {
	fsys, closeDir, err := recipe.OpenDir(filepath.Join(corpusDir(b), "recipes", "bonfire"))
	if err != nil {
		b.Fatal(err)
	}
	defer closeDir()
	for b.Loop() {
		if r, err := recipe.Read(fsys, "bonfire"); err != nil || len(r.Faults) > 0 {
			b.Fatal(err, r.Faults)
		}
	}
}

// What did not change is the same pointer, what did is read.
func TestReadAgain(t *testing.T) {
	files := fstest.MapFS{
		"compose.yml":   {Data: []byte("services: {}\n")},
		"compose.a.yml": {Data: []byte("services: {}\n")},
		"compose.b.yml": {Data: []byte("services: {\n")},
		"README.md":     {Data: []byte("# one\n")},
	}
	before, err := recipe.Read(files, "x")
	if err != nil {
		t.Fatal(err)
	}
	files["compose.a.yml"] = &fstest.MapFile{Data: []byte("services: {a: {}}\n")}
	files["compose.b.yml"] = &fstest.MapFile{Data: []byte("services: {}\n")}
	after, err := recipe.ReadAgain(files, "x", before)
	if err != nil {
		t.Fatal(err)
	}
	if after.Compose[0] != before.Compose[0] || after.Readme != before.Readme {
		t.Error("unchanged files were read again")
	}
	fresh, err := recipe.Read(files, "x")
	if err != nil || dump(after) != dump(fresh) || after.Compose[1] == before.Compose[1] {
		t.Errorf("%v: got\n%s\nwant\n%s", err, dump(after), dump(fresh))
	}
}
