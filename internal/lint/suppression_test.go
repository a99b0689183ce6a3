package lint_test

import (
	"fmt"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/lint"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// nightly is a recipe whose only fault is line 4.
const nightly = `version: "3.8"
services:
  app:
    image: example/app:nightly
    healthcheck:
      test: ["CMD", "true"]
`

func apply(t *testing.T, settings lint.Settings, compose string, codes ...string) lint.Result {
	t.Helper()
	in := inputOf(t, lint.Example{{Name: "compose.yml", Text: compose}})
	in.Settings = settings
	var rules []*lint.Rule
	for _, code := range codes {
		rules = append(rules, lint.Find(code))
	}
	return lint.Apply(in, rules)
}

// tell says what is shown and what is hidden, and why.
func tell(r lint.Result) string {
	var words []string
	for _, f := range r.Findings {
		words = append(words, fmt.Sprintf("%s:%d", f.Rule, f.Span.Line))
	}
	for _, s := range r.Suppressed {
		words = append(words, fmt.Sprintf("(%s:%d %s)", s.Rule, s.Span.Line, s.Reason))
	}
	return strings.Join(words, " ")
}

func TestSuppressionPlaces(t *testing.T) {
	line := func(n int, text string) string {
		lines := strings.SplitAfter(nightly, "\n")
		lines[n-1] = text
		return strings.Join(lines, "")
	}
	const why = "it is built here"
	tests := []struct{ name, compose, want string }{
		{"none", nightly, "R004:4"},
		{"same line", line(4, "    image: example/app:nightly # recipe-lint: ignore=R004 "+why+"\n"), "(R004:4 " + why + ")"},
		{"line above", line(3, "  app:\n    # recipe-lint: ignore=stable-tag "+why+"\n"), "(R004:5 " + why + ")"},
		{"CRLF", strings.ReplaceAll(line(3, "  app:\n    # recipe-lint: ignore=R004 "+why+"\n"), "\n", "\r\n"), "(R004:5 " + why + ")"},
		{"BOM", "\ufeff# recipe-lint: ignore-file=R004 " + why + "\n" + nightly, "(R004:5 " + why + ")"},
		{"trailing comment above", line(3, "  app: # recipe-lint: ignore=R004 "+why+"\n"), "R220:3 R004:4"},
		{"two lines above", line(2, "services: # x\n  # recipe-lint: ignore=R004 "+why+"\n"), "R220:3 R004:5"},
		{"other rule", line(4, "    image: example/app:nightly # recipe-lint: ignore=R003 "+why+"\n"), "R004:4 R220:4"},
		{"no reason", line(4, "    image: example/app:nightly # recipe-lint: ignore=R004\n"), "R004:4 R221:4"},
		{"unknown rule", line(4, "    image: example/app:nightly # recipe-lint: ignore=R04 "+why+"\n"), "R004:4 R222:4"},
		{"file", "# recipe-lint: ignore-file=R004,R003 " + why + "\n" + nightly, "R220:1 (R004:5 " + why + ")"},
		{"file, too late", nightly + "#\n#\n#\n#\n# recipe-lint: ignore-file=R004 " + why + "\n", "R004:4 R222:11"},
		{"whole-file finding", "# recipe-lint: ignore=R001 " + why + "\n" + strings.TrimPrefix(nightly, "version: \"3.8\"\n"), "R004:4 (R001:0 " + why + ")"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := tell(apply(t, lint.Settings{}, test.compose, "R001", "R004", "R220", "R221", "R222"))
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestSettings(t *testing.T) {
	ignore := lint.Ignore{Rule: "R004", Reason: "why", Judged: true}
	matching := func(pattern string) lint.Ignore {
		i := ignore
		i.Match = func(file string) bool { ok, _ := path.Match(pattern, file); return ok }
		return i
	}
	long := "secrets:\n  a_long_secret_name:\n    external: true\n    name: ${STACK_NAME}_a_long_secret_name_v1\n"
	tests := []struct {
		name     string
		settings lint.Settings
		compose  string
		want     string
	}{
		{"ignore", lint.Settings{Ignores: []lint.Ignore{ignore}}, nightly, "(R004:4 why)"},
		{"ignore a file", lint.Settings{Ignores: []lint.Ignore{matching("compose*.yml")}}, nightly, "(R004:4 why)"},
		{"ignore another file", lint.Settings{Ignores: []lint.Ignore{matching("compose.*.yml")}}, nightly, "R220:0 R004:4"},
		{"idle ignore", lint.Settings{Ignores: []lint.Ignore{ignore}}, strings.Replace(nightly, "nightly", "1.2", 1), "R220:0"},
		{"idle for others", lint.Settings{Ignores: []lint.Ignore{{Rule: "R004", Reason: "why"}}}, strings.Replace(nightly, "nightly", "1.2", 1), ""},
		{"threshold", lint.Settings{Thresholds: map[string]int{"R015": 18}}, nightly + long, "R004:4"},
		{"default threshold", lint.Settings{}, nightly + long, "R004:4 R015:10"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := tell(apply(t, test.settings, test.compose, "R004", "R015", "R220")); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
	graver := apply(t, lint.Settings{Severity: map[string]lint.Severity{"R004": lint.Error}}, nightly, "R004")
	if graver.Count(lint.Error) != 1 {
		t.Errorf("the severity that the settings say is not used: %v", graver.Findings)
	}
}

// A suppression of one of two equal findings leaves the other's fingerprint as it was.
func TestSuppressionKeepsFingerprints(t *testing.T) {
	before := apply(t, lint.Settings{}, nightly, "R004")
	hidden := apply(t, lint.Settings{}, "# recipe-lint: ignore-file=R004 why\n"+nightly, "R004")
	if before.Findings[0].Fingerprint != hidden.Suppressed[0].Fingerprint {
		t.Error("a suppression renames the finding")
	}
}

// A file that is judged alone has suppressions, too.
func TestSuppressionInSingleFile(t *testing.T) {
	tree := fstest.MapFS{"stack.yml": {Data: []byte("services:\n  app:\n    image: nginx\n    profiles: [a] # recipe-lint: ignore=stack-unknown-key why\n")}}
	env := stack.NewEnv(&recipe.Recipe{}, recipe.ParseEnv("", nil), "stack")
	if result := lint.Run(lint.NewFileInput(tree, "stack.yml", env)); len(result.Suppressed) == 0 || len(result.Findings) > 0 {
		t.Errorf("shown %v, hidden %v", result.Findings, result.Suppressed)
	}
}

// A repair for one file leaves alone what another file, or another line, suppresses.
func TestSuppressionShieldsRepairs(t *testing.T) {
	const base, why = "services:\n  app:\n    image: nginx:1.27.3\n", " # recipe-lint: ignore-file="
	dev := lint.Settings{Ignores: []lint.Ignore{{Rule: "R001", Reason: "why", Match: func(file string) bool { return file == "compose.a.yml" }}}}
	tests := []struct {
		name, compose, overlay string
		settings               lint.Settings
		repairs                string // by rule and file
	}{
		{"nobody minds", base, base, lint.Settings{}, "R001 compose.yml"},
		{"the overlay has no version on purpose", base, why + "R001 why\n" + base, lint.Settings{}, ""},
		{"the config says so", base, base, dev, ""},
		{"versions are raised together", "version: \"3.3\"\n" + base + "    init: true\n", "version: \"3.3\"\n" + base, lint.Settings{}, "R119 compose.yml"},
		{"but not where it is known", "version: \"3.3\"\n" + base + "    init: true\n", "version: \"3.3\"" + why + "R119 why\n" + base, lint.Settings{}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := inputOf(t, lint.Example{{Name: "compose.yml", Text: test.compose}, {Name: "compose.a.yml", Text: test.overlay}})
			in.Settings = test.settings
			var offered []string
			for _, f := range lint.Run(in).Findings {
				if len(f.Repairs) > 0 && (f.Rule == "R001" || f.Rule == "R119") {
					offered = append(offered, f.Rule+" "+f.Span.File)
				}
			}
			if got := strings.Join(offered, ", "); got != test.repairs {
				t.Errorf("repairs are offered for %q, want %q", got, test.repairs)
			}
		})
	}
}

// What a suppression hides in its recipe, a look at its file alone does not show.
func TestUnusedInSingleFile(t *testing.T) {
	tree := fstest.MapFS{"compose.a.yml": {Data: []byte("services:\n  app: # recipe-lint: ignore=R155 why\n    image: nginx\n")}}
	for _, f := range lint.Run(lint.NewFileInput(tree, "compose.a.yml", stack.Env{})).Findings {
		if f.Rule == "R220" && f.Repairs[0].Safe {
			t.Error("it is removed as safe")
		}
	}
}
