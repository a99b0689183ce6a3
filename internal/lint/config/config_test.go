package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/lint/config"
)

const whole = `# Everything that a config can say.
select: [R001, stable-tag, R015]
ignore:
  - rule: R004
    path: compose.dev.yml
    reason: the dev overlay follows nightlies
  - {rule: secret-name, reason: too late to rename}
severity:
  R001: error
  healthcheck: info
thresholds:
  R015: 16
fail-level: warning
baseline: lint/baseline.json
`

// Each config, and what is wrong with it; "" where nothing is.
var samples = []struct{ name, text, want string }{
	{"whole", whole, ""},
	{"CRLF and BOM", "\ufeff" + strings.ReplaceAll(whole, "\n", "\r\n"), ""},
	{"empty", "", ""},
	{"comments only", "# nothing yet\n---\n", ""},
	{"unknown key", "ignores: []\n", `:1:1: unknown key "ignores"; did you mean "ignore"?`},
	{"unknown key in an entry", "ignore:\n  - rule: R004\n    reasons: x\n", `:3:5: unknown key "reasons"; did you mean "reason"?`},
	{"unknown rule", "select:\n  - R001\n  - stabel-tag\n", `:3:5: unknown rule "stabel-tag"; did you mean stable-tag?`},
	{"no reason", "ignore:\n  - rule: R004\n", `:2:5: the entry that ignores R004 gives no reason`},
	{"blank reason", "ignore:\n  - rule: R004\n    reason: \"\"\n", `:3:13: expected a text`},
	{"no rule", "ignore:\n  - reason: x\n", `:2:5: an entry of ignore names no rule`},
	{"a bare rule", "ignore:\n  - R004\n", `:2:5: an entry of ignore is no mapping; expected rule and reason`},
	{"no list", "ignore: R004\n", `:1:9: ignore is no list`},
	{"severity", "severity:\n  R004: fatal\n", `:2:9: unknown severity "fatal"; expected error, warning or info`},
	{"severity list", "severity: [R004]\n", `:1:11: severity is no mapping`},
	{"no threshold", "thresholds:\n  R004: 1\n", `:2:9: R004 stable-tag has no threshold`},
	{"threshold", "thresholds:\n  R015: 100\n", `:2:9: the threshold of R015 is "100"; expected a number of characters from 1 to 64`},
	{"fail level", "fail-level: fatal\n", `:1:13: unknown fail-level "fatal"; expected one of error, warning, info, never`},
	{"baseline outside", "baseline: ../baseline.json\n", `:1:11: baseline is "../baseline.json"; expected a file in the config's folder`},
	{"glob outside", "ignore:\n  - {rule: R004, path: ../x, reason: y}\n", `:2:5: path "../x" leads out of the config's folder`},
	{"bad glob", "ignore:\n  - {rule: R004, path: 'a[', reason: y}\n", `:2:5: path "a[" is no glob`},
	{"no mapping", "- R004\n", `:1:1: `},
	{"broken", "select: [\n", `:2:1: `},
	{"twice", "select: []\nselect: []\n", `:2:1: `},
}

func TestParse(t *testing.T) {
	for _, sample := range samples {
		t.Run(sample.name, func(t *testing.T) {
			_, err := config.Parse(config.Name, []byte(sample.text))
			switch {
			case sample.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case sample.want != "" && (err == nil || !strings.HasPrefix(err.Error(), config.Name+sample.want)):
				t.Errorf("got  %v\nwant %s%s", err, config.Name, sample.want)
			}
		})
	}
}

func TestParseKeeps(t *testing.T) {
	c, err := config.Parse(config.Name, []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(c.Select, " ") != "R001 R004 R015" || c.FailLevel != "warning" || c.Baseline != "lint/baseline.json" ||
		c.Severity["R002"] != lint.Info || c.Thresholds["R015"] != 16 {
		t.Errorf("got %+v", c)
	}
	above := c.Settings("recipes/a", "../../.recipe-lint.yml")
	first := above.Ignores[0]
	if first.Judged || first.Rule != "R004" || first.Span.File != "../../.recipe-lint.yml" || first.Span.Line != 4 ||
		first.Match("compose.dev.yml") || above.Ignores[1].Match != nil {
		t.Errorf("got %+v", above)
	}
	if own := c.Settings(".", config.Name); !own.Ignores[0].Judged || !own.Ignores[0].Match("compose.dev.yml") {
		t.Errorf("got %+v", own)
	}
}

func TestPaths(t *testing.T) {
	for _, test := range []struct {
		pattern, file string
		want          bool
	}{
		{"compose.yml", "compose.yml", true},
		{"compose.yml", "a/compose.yml", false},
		{"./compose.*.yml", "compose.dev.yml", true},
		{"compose*.yml", "a/compose.yml", false},
		{"*/compose.yml", "a/compose.yml", true},
		{"**", "a/b/c", true},
		{"**/compose.yml", "compose.yml", true},
		{"**/compose.yml", "a/b/compose.yml", true},
		{"a/**", "a/b/c", true},
		{"a/**", "b/c", false},
		{"a/**/c", "a/c", true},
		{"a/**/c", "a/b/d", false},
	} {
		text := "ignore:\n  - {rule: R004, path: '" + test.pattern + "', reason: y}\n"
		c, err := config.Parse(config.Name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Settings(".", config.Name).Ignores[0].Match(test.file); got != test.want {
			t.Errorf("%s on %s: %v", test.pattern, test.file, got)
		}
	}
}

// The published schema is what the code says, lists every rule, and accepts and
// refuses the same configs as Parse, but for what a schema cannot say.
func TestSchema(t *testing.T) {
	want, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	published, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "recipe-lint.schema.json"))
	if err != nil || !bytes.Equal(published, want) {
		t.Errorf("docs/recipe-lint.schema.json is not what the code says (%v); run make generate", err)
	}
	for _, name := range lint.Names() {
		if !bytes.Contains(want, []byte(`"const": "`+name+`"`)) {
			t.Errorf("the schema does not list %s", name)
		}
	}
	schema := compile(t, want)
	beyond := map[string]bool{"baseline outside": true, "glob outside": true, "bad glob": true, "twice": true, "broken": true}
	for _, sample := range samples {
		var value any
		if err := yaml.Unmarshal([]byte(strings.TrimPrefix(sample.text, "\ufeff")), &value); err != nil && !beyond[sample.name] {
			t.Fatal(err)
		}
		err := schema.Validate(value)
		if (err == nil) != (sample.want == "") && !beyond[sample.name] {
			t.Errorf("%s: the schema says %v; want %q", sample.name, err, sample.want)
		}
	}
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestFind(t *testing.T) {
	top := t.TempDir()
	deep := filepath.Join(top, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	find := func(want string) {
		t.Helper()
		if got, err := config.Find(deep, top); got != want || err != nil {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	find("")
	for _, dir := range []string{top, deep} {
		path := filepath.Join(dir, config.Name)
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		find(path)
	}
	if got, _ := config.Find(filepath.Join(top, "a"), filepath.Join(top, "a")); got != "" {
		t.Errorf("found %s above the top", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, sample := range samples {
		f.Add([]byte(sample.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := config.Parse(config.Name, data)
		if (c == nil) == (err == nil) {
			t.Fatalf("got %v and %v", c, err)
		}
		if c != nil {
			for _, ignore := range c.Settings("a/b", "../../"+config.Name).Ignores {
				if ignore.Reason == "" || lint.Find(ignore.Rule) == nil {
					t.Fatalf("an entry without rule or reason: %+v", ignore)
				}
				if ignore.Match != nil {
					ignore.Match("compose.yml")
				}
			}
		}
	})
}
