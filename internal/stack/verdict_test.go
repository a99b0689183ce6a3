package stack_test

import (
	"bufio"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/stack"
)

// corpus is the folder of real inputs; tests that need it skip without it.
func corpus(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../../shared/corpus")
	if err != nil {
		t.Fatal(err)
	}
	if env := os.Getenv("CATALOGUE_CORPUS"); env != "" {
		dir = env
	}
	// docker names files by their real path.
	dir, err = filepath.EvalSymlinks(dir)
	if err != nil {
		t.Skipf("no corpus: %s", err)
	}
	return dir
}

func corpusEnv() stack.Env {
	return stack.Env{Vars: map[string]string{"STACK_NAME": "stack", "DOMAIN": "example.com", "HOME": "/root"}}
}

// refusal returns the first diagnostic by which docker's loader refuses.
func refusal(s *stack.Stack) *stack.Diagnostic {
	for i, d := range s.Diagnostics {
		if d.Docker == stack.Refuse && !d.Late {
			return &s.Diagnostics[i]
		}
	}
	return nil
}

// TestVerdicts holds every file of the corpus against what docker's own loader
// says of it.
func TestVerdicts(t *testing.T) {
	dir := corpus(t)
	f, err := os.Open(filepath.Join(dir, "docker-verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var total, agree int
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, verdict, _ := strings.Cut(lines.Text(), "\t")
		folder, base := path.Split(name)
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Logf("%s: not in the corpus", name)
			continue
		}
		s := stack.LoadFile(os.DirFS(filepath.Join(dir, folder)), base, corpusEnv())
		got, want := refusal(s), !strings.HasPrefix(verdict, "OK")
		total++
		switch {
		case (got != nil) == want:
			agree++
		case want:
			t.Logf("%s: docker refuses, we do not: %s", name, verdict)
		default:
			t.Logf("%s:%d: docker accepts, we say %s %s: %s", name, got.Span.Line, got.Code, got.Path, got.Message)
		}
	}
	rate := float64(agree) / float64(total)
	t.Logf("%d of %d verdicts agree: %.2f %%", agree, total, 100*rate)
	if total < 1000 || rate < 0.995 {
		t.Errorf("agreement %.2f %% over %d files, want at least 99.5 %% over 1,000", 100*rate, total)
	}
}
