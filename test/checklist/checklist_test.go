// Package checklist keeps docs/swarm.md true: every item is there, and every
// test that it names exists.
package checklist

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	items = 62
	facts = 11
)

// row is | number | cells… | tests |.
var row = regexp.MustCompile(`(?m)^\| (\d+) \| (.*) \| (.*) \|$`)

func TestEveryItemNamesTestsThatExist(t *testing.T) {
	data, err := os.ReadFile("../../docs/swarm.md")
	if err != nil {
		t.Fatal(err)
	}
	first, second, _ := strings.Cut(string(data), "## Checklist")
	checkFacts(t, first)
	rows := row.FindAllStringSubmatch(second, -1)
	if len(rows) != items {
		t.Errorf("%d items, want %d", len(rows), items)
	}
	for i, r := range rows {
		if r[1] != strconv.Itoa(i+1) {
			t.Errorf("item %s stands in place of %d", r[1], i+1)
		}
		if kind, _, _ := strings.Cut(r[2], " | "); !regexp.MustCompile(`^[RDF]( [DF])?$`).MatchString(kind) {
			t.Errorf("item %s: %q is no kind", r[1], kind)
		}
		for name := range strings.SplitSeq(r[3], "; ") {
			if reason := missing(name); reason != "" {
				t.Errorf("item %s: %s: %s", r[1], name, reason)
			}
		}
	}
	checkFixtures(t, second)
}

func checkFacts(t *testing.T, text string) {
	rows := row.FindAllStringSubmatch(text, -1)
	scripts, _ := filepath.Glob("../../cmd/catalogue/testdata/facts/*.txtar")
	if len(rows) != facts || len(scripts) != facts {
		t.Errorf("%d facts and %d scripts, want %d", len(rows), len(scripts), facts)
	}
	for _, r := range rows {
		if reason := missing("cmd/catalogue TestFacts/" + r[3]); reason != "" {
			t.Errorf("fact %s: %s", r[1], reason)
		}
	}
}

// checkFixtures wants every fixture of an item in the table.
func checkFixtures(t *testing.T, text string) {
	fixtures, _ := filepath.Glob("../../internal/deploy/convert/testdata/item-*.txtar")
	for _, path := range fixtures {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		if !strings.Contains(text, "TestChecklist/"+name) {
			t.Errorf("docs/swarm.md does not name %s", name)
		}
	}
}

// missing tells why FOLDER TEST[/SUBTEST] is no test; "" where it is one. A
// subtest is a fixture of that name, or stands as a name in the test's package.
func missing(name string) string {
	folder, test, _ := strings.Cut(name, " ")
	if !strings.HasPrefix(folder, "cmd/") && !strings.HasPrefix(folder, "test/") {
		folder = "internal/" + folder
	}
	dir := filepath.Join("../..", folder)
	test, sub, hasSub := strings.Cut(test, "/")
	code := sources(dir)
	switch {
	case !strings.Contains(code, "\nfunc "+test+"(t *testing.T) {"):
		return "no such test"
	case !hasSub, strings.Contains(code, strconv.Quote(sub)):
		return ""
	}
	for _, fixtures := range []string{"testdata", "testdata/facts"} {
		if _, err := os.Stat(filepath.Join(dir, fixtures, sub+".txtar")); err == nil {
			return ""
		}
	}
	return "no such subtest"
}

// sources are the test files of a folder.
func sources(dir string) string {
	paths, _ := filepath.Glob(filepath.Join(dir, "*_test.go"))
	var all strings.Builder
	for _, path := range paths {
		data, _ := os.ReadFile(path)
		all.Write(data)
	}
	return all.String()
}
