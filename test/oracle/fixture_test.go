package oracle

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// engineRefuses are fixtures that Docker's client accepts: the engine refuses
// them halfway through the deploy.
var engineRefuses = map[string]bool{
	"item-23-object-name":   true,
	"item-23-service-name":  true,
	"item-32-empty":         true,
	"item-35-mount-errors":  true,
	"item-36-relative-bind": true, // we refuse: the recipe is not on the server
	"item-41-dnsrr-ingress": true,
	"item-45-update-words":  true,
	"item-46-engine":        true,
	"item-46-limits":        true,
}

var itemNumber = regexp.MustCompile(`^item-(\d+)-`)

// dockerRefuses are fixtures of what our engine can do and Docker's loader
// does not read.
var dockerRefuses = map[string]bool{
	"item-02-alternative":  true,
	"item-07-compose-spec": true,
	"item-13-mode-string":  true,
}

// The converter's own fixtures, shown to Docker. Each must come out equal, but
// for the checklist item that it is named after; and each wanted difference
// still is one: where Docker mends its ways, an exception has to go.
func TestFixtures(t *testing.T) {
	names, err := filepath.Glob("../../internal/deploy/convert/testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no fixtures", err)
	}
	proven := map[int]bool{}
	for _, path := range names {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			c, refused := unpack(t, path)
			r := Compare(c)
			if refused {
				checkRefusal(t, name, r)
			} else {
				checkEqual(t, name, r)
			}
			proven[item(name)] = proven[item(name)] || len(r.Differences) > 0
		})
	}
	for _, e := range Exceptions {
		if !proven[e.Item] {
			t.Errorf("no fixture shows the exception of %s", e)
		}
	}
}

func checkRefusal(t *testing.T, name string, r Result) {
	t.Helper()
	if r.DockerErr == nil && !engineRefuses[name] {
		t.Error("Docker accepts it")
	}
	if r.DockerErr != nil && engineRefuses[name] {
		t.Errorf("Docker's client refuses it, too: %v", r.DockerErr)
	}
}

func checkEqual(t *testing.T, name string, r Result) {
	t.Helper()
	if r.OursErr != nil {
		t.Fatalf("ours: %v", r.OursErr)
	}
	if refuses := r.DockerErr != nil; refuses != dockerRefuses[name] {
		t.Fatalf("Docker: %v", r.DockerErr)
	}
	for _, d := range r.Differences {
		if e := Explain(d, r.Config); e == nil || e.Item != item(name) {
			t.Error(d)
		}
	}
}

func item(name string) int {
	n, _ := strconv.Atoi(itemNumber.FindStringSubmatch(name)[1])
	return n
}

// unpack writes a fixture into a folder, and says whether we refuse it.
func unpack(t *testing.T, path string) (Case, bool) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c := Case{Name: "stack", Dir: t.TempDir(), Env: CorpusEnv()}
	for _, f := range archive.Files {
		if err := os.WriteFile(filepath.Join(c.Dir, f.Name), f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(f.Name, "compose.") {
			c.Files = append(c.Files, f.Name)
		}
	}
	return c, archive.Files[len(archive.Files)-1].Name == "errors"
}
