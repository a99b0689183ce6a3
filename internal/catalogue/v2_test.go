package catalogue_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/catalogue"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

var checked = time.Date(2026, 3, 1, 12, 30, 15, 999, time.FixedZone("CET", 3600))

// full has every key that a recipe can have.
func full() catalogue.Recipe {
	r := gitea().Recipes[0]
	r.Readme = "# gitea\n\n<b>hostile</b>"
	r.Status, r.CheckedAt, r.ValidUntil = catalogue.Stale, checked, checked.Add(48*time.Hour)
	r.Problems = []catalogue.Problem{{Where: "v0.1", Message: "compose.yml is missing"}}
	lowest := 0
	r.Lint = catalogue.Lint{Error: 1, Quality: &lowest, Next: "compose.yml is there; open: compose.yml", Findings: []catalogue.Finding{{
		Rule: "R009", Name: "app-service", Severity: "error", Message: "no service app", Path: "compose.yml", Line: 1, Column: 1,
	}}, Skipped: []catalogue.Skipped{{Rule: "R191", Name: "config-changed-not-bumped", Reason: "no release tag stands before this commit"}}}
	r.Versions[1] = catalogue.Version{
		Version: "1.1.0+1.15.0-rootless", Legacy: true, Annotated: true, Label: "1.1.0",
		Commit: strings.Repeat("a", 40), Tree: strings.Repeat("b", 40), TagObject: strings.Repeat("c", 40),
		Date: checked, Moved: []string{strings.Repeat("d", 40)}, Services: r.Versions[1].Services,
		Env:     []catalogue.EnvVar{{Name: "DOMAIN", Default: "git.example.com"}, {Name: "SMTP", Optional: true}},
		Secrets: []catalogue.Secret{{Name: "db_password", Version: "v1", Length: 32, Charset: "hex", Generate: true}},
		Files:   []string{"compose.yml"}, Notes: "Read me", Lint: r.Lint, Problems: r.Problems,
	}
	r.Versions[1].Services = slices.Clone(r.Versions[1].Services)
	r.Versions[1].Services[1].Digest, r.Versions[1].Services[1].Platforms = "sha256:11", []string{"linux/amd64", "linux/arm64"}
	r.Upstream = []catalogue.Check{
		{
			Service: "app", Image: "gitea/gitea:1.15.0-rootless", Verdict: "minor", Newest: "1.24.6-rootless",
			Steps: catalogue.Steps{Patch: "1.15.11-rootless", Minor: "1.24.6-rootless"}, Base: true, Reason: "newer",
			Digest: "sha256:22", Platforms: []string{"linux/amd64", "linux/arm64", "linux/riscv64"},
			CheckedAt: checked, ValidUntil: checked.Add(time.Hour), Status: catalogue.OK,
		},
		{
			Service: "db", Image: "mariadb:10.6", Verdict: "hold", Held: []string{"11.0-oldstyle"}, Missing: true,
			Platforms: []string{"linux/arm64", "linux/amd64"},
			EndOfLife: &catalogue.EndOfLife{Product: "mariadb", Cycle: "10.6", Date: "2026-07-06", Ended: true},
			CheckedAt: checked.Add(-time.Hour), ValidUntil: checked, Status: catalogue.Stale, Error: "docker.io: too many requests",
		},
	}
	return r
}

func encodeRecipe(t *testing.T, r catalogue.Recipe) []byte {
	t.Helper()
	data, err := catalogue.EncodeRecipe(r)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// schemas compiles the published schemas, closed: a key that the schema does
// not name fails here, though readers are told to ignore it.
func schemas(t *testing.T) (index, recipe *jsonschema.Schema) {
	t.Helper()
	files, err := catalogue.Schemas()
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	for name, data := range files {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		closeObjects(doc)
		if err := compiler.AddResource("https://catalogue.test/"+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	return compiler.MustCompile("https://catalogue.test/index.json"), compiler.MustCompile("https://catalogue.test/recipe.json")
}

func closeObjects(doc any) {
	switch node := doc.(type) {
	case map[string]any:
		for _, child := range node {
			closeObjects(child)
		}
		if _, ok := node["properties"].(map[string]any); ok {
			node["additionalProperties"] = false
		}
	case []any:
		for _, child := range node {
			closeObjects(child)
		}
	}
}

func validate(schema *jsonschema.Schema, data []byte) error {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return err
	}
	return schema.Validate(doc)
}

func TestV2MeetsItsSchemas(t *testing.T) {
	index, recipe := schemas(t)
	var summaries []catalogue.Summary
	for _, r := range []catalogue.Recipe{full(), {Name: "bare"}, {Name: "one", Versions: []catalogue.Version{{Version: "1"}}}} {
		data := encodeRecipe(t, r)
		if err := validate(recipe, data); err != nil {
			t.Errorf("%s: %v\n%s", r.Name, err, data)
		}
		summaries = append(summaries, catalogue.NewSummary(r, data))
	}
	for _, list := range [][]catalogue.Summary{summaries, nil} {
		data, err := catalogue.EncodeIndex(checked, list)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(index, data); err != nil {
			t.Errorf("index: %v\n%s", err, data)
		}
	}
	for good, bad := range map[string]string{
		`"stale"`: `"fine"`, `"verdict": "minor"`: `"verdict": "newer"`, `"linux/riscv64"`: `"linux"`, `"2026-07-06"`: `"soon"`,
	} {
		if validate(recipe, bytes.Replace(encodeRecipe(t, full()), []byte(good), []byte(bad), 1)) == nil {
			t.Errorf("the schema accepts %s for %s", bad, good)
		}
	}
}

func TestV2Golden(t *testing.T) {
	got := encodeRecipe(t, full())
	golden(t, "testdata/v2-recipe.json", got)
	index, err := catalogue.EncodeIndex(checked, []catalogue.Summary{catalogue.NewSummary(full(), got)})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/v2-index.json", index)
}

func TestV2RoundTrip(t *testing.T) {
	first := encodeRecipe(t, full())
	r, err := catalogue.DecodeRecipe(first)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, encodeRecipe(t, r)) {
		t.Error("decoding and encoding again gave other bytes")
	}
	if !r.CheckedAt.Equal(checked.Truncate(time.Second)) || r.CheckedAt.Location() != time.UTC {
		t.Errorf("checked at %v", r.CheckedAt)
	}
}

func TestV2RefusesOtherFormats(t *testing.T) {
	for _, data := range []string{`{`, `{}`, `{"version":3,"name":"a"}`, `{"version":2,"name":"../a"}`, `{"version":2,"name":"a","versions":7}`} {
		if r, err := catalogue.DecodeRecipe([]byte(data)); err == nil {
			t.Errorf("%s: decoded as %+v", data, r)
		}
	}
	if _, err := catalogue.DecodeIndex([]byte(`{"version":1}`)); err == nil || !strings.Contains(err.Error(), "want 2") {
		t.Errorf("index of version 1: %v", err)
	}
	index, err := catalogue.DecodeIndex([]byte(`{"version":2,"new":1,"recipes":[{"name":"../a"},{"name":"a"}]}`))
	if err != nil || len(index.Recipes) != 1 || index.Recipes[0].Name != "a" {
		t.Errorf("%+v, %v", index, err)
	}
}

// publish writes a v2 catalogue the short way.
func publish(t *testing.T, dir string, recipes ...catalogue.Recipe) {
	t.Helper()
	var summaries []catalogue.Summary
	write := func(name string, data []byte) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range recipes {
		data := encodeRecipe(t, r)
		write("v2/recipes/"+r.Name+".json", data)
		summaries = append(summaries, catalogue.NewSummary(r, data))
	}
	index, err := catalogue.EncodeIndex(checked, summaries)
	if err != nil {
		t.Fatal(err)
	}
	write("v2/index.json", index)
}

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	if _, err := catalogue.ReadDir(dir); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "neither v2/index.json nor recipes.json") {
		t.Errorf("empty folder: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "recipes.json"), encodePlain(t, gitea()), 0o644); err != nil {
		t.Fatal(err)
	}
	plain, err := catalogue.ReadDir(dir)
	if err != nil || len(plain.Recipes) != 1 || plain.Recipes[0].Status != catalogue.Unknown {
		t.Fatalf("plain: %+v, %v", plain, err)
	}
	publish(t, dir, full(), catalogue.Recipe{Name: "bare"})
	c, err := catalogue.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, err := catalogue.DecodeRecipe(encodeRecipe(t, full()))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Recipes) != 2 || !reflect.DeepEqual(c.Recipes[0], want) {
		t.Errorf("v2: %+v", c)
	}
}

// tamper publishes a catalogue whose index vouches for another file than the
// one that is there, and returns what puts it right.
func tamper(t *testing.T) (dir string, restore func() error) {
	t.Helper()
	dir = t.TempDir()
	publish(t, dir, full())
	path := filepath.Join(dir, "v2/recipes/gitea.json")
	good := read(t, path)
	if err := os.WriteFile(path, bytes.Replace(good, []byte("Development"), []byte("Tampered"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir, func() error {
		if err := os.WriteFile(path+".new", good, 0o644); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}
}

func TestReadDirRefusesChangedFiles(t *testing.T) {
	t.Parallel()
	dir, _ := tamper(t)
	if _, err := catalogue.ReadDir(dir); err == nil || !strings.Contains(err.Error(), "v2/recipes/gitea.json: sha256 is ") {
		t.Errorf("changed by hand: %v", err)
	}
}

func TestReadDirWaitsForThePublisher(t *testing.T) {
	t.Parallel()
	dir, restore := tamper(t)
	done := make(chan error)
	go func() {
		_, err := catalogue.ReadDir(dir)
		done <- err
	}()
	if err := restore(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestReadDirStaysInTheFolder(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "recipes.json")
	if err := os.WriteFile(outside, []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "recipes.json")); err != nil {
		t.Fatal(err)
	}
	if c, err := catalogue.ReadDir(dir); err == nil {
		t.Errorf("read a symlink out of the folder: %+v", c)
	}
}

func TestSchemasAreValidJSON(t *testing.T) {
	files, err := catalogue.Schemas()
	if err != nil || len(files) != 2 {
		t.Fatalf("%d schemas, %v", len(files), err)
	}
	for name, data := range files {
		if !json.Valid(data) {
			t.Errorf("%s is not JSON", name)
		}
	}
}
