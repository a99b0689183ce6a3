// Package imports keeps the picture in docs/design.md true: who may import
// whom, and which package owns which library.
package imports

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "coopcloud.tech/catalogue/"

// allowed lists, for each package of ours, the others it may import. A
// trailing /... stands for the package and all below it.
var allowed = map[string][]string{
	"internal/recipe":          {},
	"internal/netguard":        {},
	"internal/git":             {"internal/netguard"},
	"internal/catalogue":       {},
	"internal/upstream":        {"internal/netguard"},
	"internal/stack":           {"internal/recipe"},
	"internal/edit":            {},
	"internal/overlay":         {},
	"internal/lint":            {"internal/edit", "internal/recipe", "internal/stack"},
	"internal/lint/report":     {"internal/lint", "internal/recipe"},
	"internal/lint/config":     {"internal/lint", "internal/recipe"},
	"internal/lint/baseline":   {"internal/lint"},
	"internal/lint/fix":        {"internal/edit", "internal/lint", "internal/overlay", "internal/recipe"},
	"internal/lsp":             {"internal/edit", "internal/lint", "internal/lint/config", "internal/lint/fix", "internal/overlay", "internal/lint/report", "internal/recipe"},
	"internal/bump":            {"internal/edit", "internal/git", "internal/overlay", "internal/recipe", "internal/stack", "internal/upstream"},
	"internal/index":           {"internal/recipe", "internal/stack", "internal/git", "internal/lint", "internal/upstream", "internal/catalogue", "internal/index/..."},
	"internal/index/lifecycle": {"internal/netguard", "internal/upstream", "internal/catalogue"},
	"internal/index/source":    {"internal/git", "internal/catalogue"},
	"internal/index/store":     {"internal/catalogue"},
	"internal/index/publish":   {"internal/catalogue", "public"},
	"internal/index/web":       {"internal/catalogue"},
	"internal/deploy":          {"internal/recipe", "internal/stack", "internal/catalogue", "internal/deploy/..."},
	"internal/deploy/convert":  {"internal/stack", "internal/recipe"},
	"internal/deploy/release":  {"internal/deploy/convert", "internal/deploy/swarm"},
	"internal/deploy/secret":   {"internal/recipe", "internal/stack"},
	"internal/deploy/swarm":    {"internal/deploy/convert"},
	"public":                   {},
}

// owners lists the only packages that may import a library directly.
var owners = map[string][]string{
	"github.com/compose-spec/compose-go/":     {"internal/stack"},
	"github.com/go-git/":                      {"internal/git"},
	"github.com/gin-gonic/gin":                {"internal/index/web"},
	"modernc.org/sqlite":                      {"internal/index/store"},
	"database/sql":                            {"internal/index/store"},
	"github.com/google/go-containerregistry/": {"internal/upstream/..."},
	"github.com/docker/docker/client":         {"internal/deploy/swarm"},
	"github.com/docker/docker/":               {"internal/deploy/..."},
	"golang.org/x/mod/":                       {"internal/catalogue"},
}

// unlinked lists what must not be in a command's binary at all.
var unlinked = map[string][]string{
	"cmd/recipe-lint": {"github.com/gin-gonic/gin", "database/sql", "github.com/docker/docker/client"},
}

type listed struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestImports(t *testing.T) {
	for _, pkg := range list(t) {
		name := strings.TrimPrefix(pkg.ImportPath, module)
		for _, path := range pkg.Imports {
			if ours, ok := strings.CutPrefix(path, module); ok {
				checkOurs(t, name, ours)
				continue
			}
			checkLibrary(t, name, path)
		}
		for _, banned := range unlinked[name] {
			if slices.Contains(pkg.Deps, banned) {
				t.Errorf("%s links %s, which it must not", name, banned)
			}
		}
	}
}

func checkOurs(t *testing.T, name, path string) {
	t.Helper()
	rule, known := allowed[name]
	if known && !matches(rule, path) {
		t.Errorf("%s imports %s; docs/design.md allows it only %v", name, path, rule)
	}
	if !known && strings.HasPrefix(name, "internal/") && !strings.HasSuffix(name, "test") && !strings.Contains(name, "/gen") {
		t.Errorf("%s has no import rule: add it here and to docs/design.md", name)
	}
}

func checkLibrary(t *testing.T, name, path string) {
	t.Helper()
	longest := ""
	for library := range owners {
		if strings.HasPrefix(path+"/", strings.TrimSuffix(library, "/")+"/") && len(library) > len(longest) {
			longest = library
		}
	}
	if longest != "" && !strings.HasPrefix(name, "test/") && !matches(owners[longest], name) {
		t.Errorf("%s imports %s; only %v may", name, path, owners[longest])
	}
}

func matches(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if tree, ok := strings.CutSuffix(pattern, "/..."); ok {
			return path == tree || strings.HasPrefix(path, tree+"/")
		}
		return path == pattern
	})
}

func list(t *testing.T) []listed {
	t.Helper()
	command := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", module+"...")
	command.Dir = "../.."
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var pkg listed
		switch err := decoder.Decode(&pkg); err {
		case nil:
			packages = append(packages, pkg)
		case io.EOF:
			return packages
		default:
			t.Fatalf("go list printed bad JSON: %v", err)
		}
	}
}
