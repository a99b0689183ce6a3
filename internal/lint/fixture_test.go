package lint_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// Every archive in testdata is a sentence, a small recipe, and last a file
// "want". One named after a rule (r009-….txtar) runs that rule alone; all-….txtar
// runs all. Every rule must have an archive that fails and one that is clean.
func TestFixtures(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	failing, clean := map[string]bool{}, map[string]bool{}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			result := checkFixture(t, path)
			code, _, _ := strings.Cut(strings.ToUpper(filepath.Base(path)), "-")
			failing[code] = failing[code] || len(result.Findings) > 0
			clean[code] = clean[code] || len(result.Findings)+len(result.Skipped) == 0
		})
	}
	for _, rule := range lint.Rules() {
		if rule.Check != nil && !(failing[rule.Code] && clean[rule.Code]) {
			t.Errorf("%s: failing fixture %v, clean fixture %v; want both", rule.Code, failing[rule.Code], clean[rule.Code])
		}
	}
}

func checkFixture(t *testing.T, path string) lint.Result {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := len(archive.Files) - 1
	if last < 0 || archive.Files[last].Name != "want" || len(archive.Comment) == 0 {
		t.Fatalf("%s: want a sentence, files, and last a file named want", path)
	}
	var files lint.Example
	for _, file := range archive.Files[:last] {
		files = append(files, lint.File{Name: file.Name, Text: string(file.Data)})
	}
	result := lint.Apply(inputOf(t, files), rulesFor(path))
	got := describe(result)
	if *update {
		archive.Files[last].Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := string(archive.Files[last].Data); got != want && !*update {
		t.Errorf("%s\ngot:\n%s\nwant:\n%s", archive.Comment, got, want)
	}
	return result
}

func rulesFor(path string) []*lint.Rule {
	code, _, _ := strings.Cut(strings.ToUpper(filepath.Base(path)), "-")
	return slices.DeleteFunc(lint.Rules(), func(r *lint.Rule) bool { return code != "ALL" && r.Code != code })
}

// describe writes a result as fixtures hold it.
func describe(result lint.Result) string {
	var b strings.Builder
	for _, f := range result.Findings {
		only := ""
		if len(f.Variants) > 0 {
			only = " [only with: " + strings.Join(f.Variants, "; ") + "]"
		}
		fmt.Fprintf(&b, "%s:%d:%d %s %s: %s%s\n", f.Span.File, f.Span.Line, f.Span.Column, f.Rule, f.Severity, f.Message, only)
	}
	for _, s := range result.Skipped {
		fmt.Fprintf(&b, "skipped %s: %s\n", s.Rule, s.Reason)
	}
	return b.String()
}

// inputOf builds an input; the names that lint.Example speaks of are facts.
func inputOf(t *testing.T, files lint.Example) *lint.Input {
	t.Helper()
	tree, before := fstest.MapFS{}, fstest.MapFS{}
	var facts lint.Facts
	for _, file := range files {
		switch file.Name {
		case "git tag":
			facts.Tags = parseTags(file.Text)
		case "catalogue":
			versions := strings.Fields(file.Text)
			facts.Versions = &versions
		case "forge":
			exists := strings.HasPrefix(file.Text, "200")
			facts.RepoExists = &exists
		case "images":
			facts.Images = parseImages(t, file.Text)
		case "shallow":
			facts.Shallow = true
		default:
			if name, released := strings.CutPrefix(file.Name, "previous/"); released {
				before[name] = &fstest.MapFile{Data: []byte(file.Text), Mode: 0o644}
				continue
			}
			tree[file.Name] = &fstest.MapFile{Data: []byte(file.Text), Mode: 0o644}
		}
	}
	r, err := recipe.Read(tree, "example")
	if err != nil {
		t.Fatal(err)
	}
	facts.Previous = previous(t, before, facts.Tags)
	return lint.NewInput(r, facts)
}

// previous is the release that the files "previous/…" make, under the last tag.
func previous(t *testing.T, files fstest.MapFS, tags *[]lint.Tag) *lint.Release {
	t.Helper()
	if len(files) == 0 {
		return nil
	}
	if tags == nil {
		t.Fatal(`files of a previous release need its "git tag"`)
	}
	r, err := recipe.Read(files, "example")
	if err != nil {
		t.Fatal(err)
	}
	return &lint.Release{Version: (*tags)[len(*tags)-1].Name, Recipe: r}
}

// parseImages reads lines of `IMAGE [missing] [digest=…] [recorded=…] [programs=a,b] [shell=/sh]`.
func parseImages(t *testing.T, text string) map[string]lint.ImageFact {
	t.Helper()
	images := map[string]lint.ImageFact{}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		fact, unknown := parseImage(words[1:])
		if unknown != "" {
			t.Fatalf("images: %q is no fact", unknown)
		}
		images[words[0]] = fact
	}
	return images
}

// parseImage reads the words behind an image's name, and returns one that is no fact.
func parseImage(words []string) (fact lint.ImageFact, unknown string) {
	for _, word := range words {
		switch key, value, _ := strings.Cut(word, "="); key {
		case "missing":
			fact.Missing = true
		case "digest":
			fact.Digest = value
		case "recorded":
			fact.Recorded = value
		case "programs":
			fact.Programs = strings.Split(value, ",")
		case "shell":
			fact.Shell = value
		default:
			unknown = word
		}
	}
	return fact, unknown
}

// parseTags reads lines of `git tag [-a] NAME [-m MESSAGE]`.
func parseTags(text string) *[]lint.Tag {
	var tags []lint.Tag
	for line := range strings.Lines(text) {
		name, annotated := strings.CutPrefix(strings.TrimPrefix(strings.TrimSpace(line), "git tag "), "-a ")
		name, _, _ = strings.Cut(name, " ")
		tags = append(tags, lint.Tag{Name: name, Annotated: annotated})
	}
	return &tags
}
