package lint_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Whatever a recipe says, and whatever its repo, the registries and its last
// release say of it, it is judged without a panic, every finding stands in a file,
// and no report lets a control character through.
func FuzzLint(f *testing.F) {
	for _, seed := range fuzzSeeds(f) {
		seed.add(f)
	}
	f.Fuzz(func(t *testing.T, base, overlay, env, abra, readme, config, before, abraBefore, configBefore, tags, images string) {
		tree := fstest.MapFS{
			"compose.yml":   {Data: []byte(base)},
			"compose.a.yml": {Data: []byte(overlay)},
			".env.sample":   {Data: []byte(env)},
			"abra.sh":       {Data: []byte(abra)},
			"README.md":     {Data: []byte(readme)},
			"site.conf":     {Data: []byte(config)},
			"release/next":  {Data: []byte(readme)},
		}
		facts := fuzzFacts(t, tags, images, fstest.MapFS{
			"compose.yml": {Data: []byte(before)},
			".env.sample": {Data: []byte(env)},
			"abra.sh":     {Data: []byte(abraBefore)},
			"site.conf":   {Data: []byte(configBefore)},
		})
		r, err := recipe.Read(tree, "fuzz")
		if err != nil {
			t.Fatal(err)
		}
		result := lint.Run(lint.NewInput(r, facts))
		for _, finding := range result.Findings {
			if finding.Span.File == "" || finding.Message == "" || finding.Fingerprint == "" {
				t.Errorf("a finding that says nothing: %+v", finding)
			}
		}
		shown := report.Report{{Root: ".", Shown: ".", FS: tree, Result: result}}
		for _, format := range report.Formats() {
			var out bytes.Buffer
			if err := format.Write(&out, shown, report.Options{}); err != nil {
				t.Fatal(err)
			}
			if bytes.ContainsAny(out.Bytes(), "\x00\x07\x1b\r") {
				t.Errorf("%s shows a control character", format.Name)
			}
		}
	})
}

// seed is the files and facts of one fixture, in the order of the target.
type seed []string

// seedNames are what a seed takes of a fixture.
var seedNames = []string{
	"compose.yml", "compose.a.yml", ".env.sample", "abra.sh", "README.md", "site.conf",
	"previous/compose.yml", "previous/abra.sh", "previous/site.conf", "git tag", "images",
}

func fuzzSeeds(f *testing.F) []seed {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	var seeds []seed
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		text := map[string]string{}
		for _, file := range archive.Files {
			text[file.Name] = string(file.Data)
		}
		seeds = append(seeds, seedOf(text))
	}
	for _, rule := range lint.Rules() {
		text := map[string]string{}
		for _, file := range rule.Bad {
			text[file.Name] = file.Text
		}
		seeds = append(seeds, seedOf(text))
	}
	return seeds
}

func seedOf(text map[string]string) seed {
	s := make(seed, len(seedNames))
	for i, name := range seedNames {
		s[i] = text[name]
	}
	return s
}

func (s seed) add(f *testing.F) {
	values := make([]any, len(s))
	for i, text := range s {
		values[i] = text
	}
	f.Add(values...)
}

// fuzzFacts reads any text as the facts that fixtures write: a tag a line, an image
// a line. What is no fact says nothing.
func fuzzFacts(t *testing.T, tags, images string, before fstest.MapFS) lint.Facts {
	t.Helper()
	var facts lint.Facts
	if tags != "" {
		facts.Tags = parseTags(tags)
		r, err := recipe.Read(before, "fuzz")
		if err != nil {
			t.Fatal(err)
		}
		last := (*facts.Tags)[len(*facts.Tags)-1].Name
		facts.Previous = &lint.Release{Version: last, Recipe: r}
		if len(*facts.Tags) > 1 { // as the catalogue judges a version
			facts.Released = []string{(*facts.Tags)[0].Name}
		}
	}
	for line := range strings.Lines(images) {
		if words := strings.Fields(line); len(words) > 0 {
			if facts.Images == nil {
				facts.Images = map[string]lint.ImageFact{}
			}
			facts.Images[words[0]], _ = parseImage(words[1:])
		}
	}
	return facts
}
