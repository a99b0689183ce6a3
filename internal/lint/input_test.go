package lint_test

import (
	"io/fs"
	"reflect"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
)

// A recipe that is judged after each of several edits gets the findings that it
// would get had nothing of it been read before.
func TestInputAfter(t *testing.T) {
	base := readCorpus(t, "bonfire")
	files := overlay.FS{Base: base.FS, Files: map[string][]byte{}}
	before := lint.NewInput(base, lint.Facts{})
	lint.Run(before)
	for _, edit := range []struct{ file, text string }{
		{"compose.mail.yml", "services:\n  app:\n    environment: [X=${NOBODY_SETS_THIS}]\n"},
		{".env.sample", "COMPOSE_FILE=compose.yml:compose.mail.yml\n"},
		{"compose.yml", "version: \"3.7\"\nservices:\n  app:\n    image: nginx\n    configs: [c]\nconfigs: {c: {file: c.txt}}\n"},
		{"c.txt", "now it is there"},
		{"compose.yml", "services: {app: {image: 'broken"},
		{"README.md", "# changed\n"},
		{"compose.yml", "services:\n  app:\n    image: nginx:1.27.3\n"},
	} {
		files.Files[edit.file] = []byte(edit.text)
		got, want := next(t, files, &before), lint.Run(lint.NewInput(readAgain(t, files, nil), lint.Facts{}))
		if !reflect.DeepEqual(got, want) {
			t.Errorf("after the edit of %s: got\n%s\nwant\n%s", edit.file, describe(got), describe(want))
		}
	}
}

func next(t *testing.T, files fs.FS, before **lint.Input) lint.Result {
	t.Helper()
	in := lint.NewInputAfter(*before, readAgain(t, files, (*before).Recipe), lint.Facts{})
	*before = in
	return lint.Run(in)
}

func readAgain(t *testing.T, files fs.FS, before *recipe.Recipe) *recipe.Recipe {
	t.Helper()
	r, err := recipe.ReadAgain(files, "bonfire", before)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
