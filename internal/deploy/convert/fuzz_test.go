package convert_test

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

// Whatever a compose file says, it becomes specs or errors with a position.
func FuzzConvert(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := load(t, compose(text, "content", "x"))
		for _, o := range []convert.Options{{}, {Preview: true, Dir: "/srv", Env: map[string]string{"A": "b"}}} {
			specs, err := convert.Convert(s, o)
			if (specs == nil) != (err != nil) {
				t.Fatalf("specs %v, error %v", specs, err)
			}
			mustJSON(t, specs)
		}
	})
}
