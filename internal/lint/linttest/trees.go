// Package linttest has what tests of several packages lint.
package linttest

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"coopcloud.tech/catalogue/internal/lint"
)

// Trees are the recipes of all rules' bad examples and of the linter's fixtures, which
// stand in the folder: real uses of real repairs.
func Trees(t testing.TB, fixtures string) map[string]fstest.MapFS {
	t.Helper()
	all := map[string]fstest.MapFS{}
	add := func(name, file, text string) {
		if all[name] == nil {
			all[name] = fstest.MapFS{}
		}
		if !strings.Contains(file, " ") && fs.ValidPath(file) && file != "want" { // facts are no files
			all[name][file] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		}
	}
	for _, rule := range lint.Rules() {
		for _, file := range rule.Bad {
			add(rule.Code, file.Name, file.Text)
		}
	}
	paths, err := filepath.Glob(filepath.Join(fixtures, "*.txtar"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("%s: no fixtures: %v", fixtures, err)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			add(filepath.Base(path), file.Name, string(file.Data))
		}
	}
	return all
}
