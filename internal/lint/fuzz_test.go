package lint_test

import (
	"bytes"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/report"
	"coopcloud.tech/catalogue/internal/recipe"
)

// Whatever a recipe says, it is judged without a panic, every finding stands in
// a file, and no report lets a control character through.
func FuzzLint(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		text := map[string]string{}
		for _, file := range archive.Files {
			text[file.Name] = string(file.Data)
		}
		f.Add(text["compose.yml"], text["compose.a.yml"], text[".env.sample"], text["abra.sh"], text["README.md"])
	}
	f.Fuzz(func(t *testing.T, base, overlay, env, abra, readme string) {
		tree := fstest.MapFS{
			"compose.yml":   {Data: []byte(base)},
			"compose.a.yml": {Data: []byte(overlay)},
			".env.sample":   {Data: []byte(env)},
			"abra.sh":       {Data: []byte(abra)},
			"README.md":     {Data: []byte(readme)},
		}
		r, err := recipe.Read(tree, "fuzz")
		if err != nil {
			t.Fatal(err)
		}
		facts := lint.Facts{Tags: &[]lint.Tag{{Name: "1.0.0+1", Annotated: true}}, Images: map[string]lint.ImageFact{"nginx:1.27.3": {Programs: []string{"sh"}}}}
		if facts.Previous, err = released(overlay, readme, env); err != nil {
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

// released is a last release of any content.
func released(base, abra, env string) (*lint.Release, error) {
	r, err := recipe.Read(fstest.MapFS{
		"compose.yml": {Data: []byte(base)},
		".env.sample": {Data: []byte(env)},
		"abra.sh":     {Data: []byte(abra)},
	}, "fuzz")
	return &lint.Release{Version: "1.0.0+1", Recipe: r}, err
}
