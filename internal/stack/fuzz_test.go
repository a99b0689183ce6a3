package stack_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// FuzzLoad loads a base and an overlay with an env: no panic, no hang, the same
// result each time, and every diagnostic complete.
func FuzzLoad(f *testing.F) {
	for _, fixture := range fixtures(f) {
		compose := fixture.compose()
		f.Add([]byte(fixture.file(compose[0])), []byte(fixture.file(compose[len(compose)-1])), fixture.file("env"))
	}
	f.Fuzz(func(t *testing.T, base, overlay []byte, env string) {
		fsys := fstest.MapFS{
			"compose.yml":   {Data: base},
			"compose.b.yml": {Data: overlay},
			"file":          {Data: []byte(env)},
		}
		vars, _ := recipe.ParseEnv(".env", []byte(env)).Expand(nil)
		load := func() *stack.Stack {
			return stack.Load(&recipe.Recipe{FS: fsys}, stack.Env{Vars: vars}, []string{"compose.yml", "compose.b.yml"})
		}
		start := time.Now()
		s := load()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
		if again := load(); dump(s) != dump(again) || len(s.Diagnostics) != len(again.Diagnostics) {
			t.Error("two loads differ")
		}
		checkDiagnostics(t, s, fsys)
	})
}

func checkDiagnostics(t *testing.T, s *stack.Stack, fsys fstest.MapFS) {
	for _, d := range s.Diagnostics {
		if d.Code == "" || d.Message == "" || d.Docker == "" || d.Engine == "" {
			t.Errorf("incomplete: %+v", d)
		}
		file := fsys[d.Span.File]
		if d.Span.File != "" && (file == nil || d.Span.Line > 1+strings.Count(string(file.Data), "\n")) {
			t.Errorf("stands outside its file: %+v", d)
		}
	}
	for _, service := range s.Services {
		s.Span("services", service.Key, "image")
	}
	s.Version()
}
