package convert_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

func TestDependsOn(t *testing.T) {
	tests := []struct {
		name, services string
		want           string // service > its dependencies, without the stack
		warnings       []string
	}{
		{"list", "app: {depends_on: [db, cache]}\ndb: {}\ncache: {}", "app>cache,db", nil},
		{"mapping", "app: {depends_on: {db: {condition: service_healthy}}}\ndb: {}", "app>db", nil},
		{"chain", "app: {depends_on: [db]}\ndb: {depends_on: [disk]}\ndisk: {}", "app>db db>disk", nil},
		{"unknown", "app: {depends_on: [dbb, db]}\ndb: {}", "app>db", []string{`compose.yml:2: service app: depends_on names "dbb", which is no service`}},
		{"itself", "app: {depends_on: [app, db]}\ndb: {}", "app>db", []string{"compose.yml:2: depends_on goes round in a circle (app)"}},
		{"circle", "app: {depends_on: [web]}\ndb: {}\nweb: {depends_on: [app, db]}", "web>db", []string{"compose.yml:2: depends_on goes round in a circle (app, web)"}},
		{"after a circle", "a: {depends_on: [b]}\nb: {depends_on: [a]}\nc: {depends_on: [a]}", "c>a", []string{"in a circle (a, b)"}},
		{"two circles", "a: {depends_on: [b]}\nb: {depends_on: [a, c]}\nc: {depends_on: [d]}\nd: {depends_on: [c]}", "b>c", []string{"in a circle (a, b)", "in a circle (c, d)"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			specs, err := convert.Convert(load(t, composeOf(test.services)), convert.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := graphText(specs.DependsOn); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
			if len(specs.Warnings) != len(test.warnings) {
				t.Fatalf("warnings: %q", specs.Warnings)
			}
			for i, words := range test.warnings {
				if !strings.Contains(specs.Warnings[i], words) {
					t.Errorf("warning %q lacks %q", specs.Warnings[i], words)
				}
			}
		})
	}
}

func composeOf(services string) fstest.MapFS {
	text := "services:\n"
	for line := range strings.Lines(services) {
		text += "  " + strings.Replace(strings.TrimSpace(line), ": {", ": {image: x, ", 1) + "\n"
	}
	return fstest.MapFS{"compose.yml": &fstest.MapFile{Data: []byte(text)}}
}

func graphText(graph map[string][]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(graph)) {
		words = append(words, name+">"+strings.Join(graph[name], ","))
	}
	return strings.ReplaceAll(strings.Join(words, " "), "stack_", "")
}
