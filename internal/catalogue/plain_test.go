package catalogue_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/catalogue"
)

// gitea is the example that Co-op Cloud's documentation of recipes.json
// amounts to, with what only v2 says added.
func gitea() catalogue.Catalogue {
	return catalogue.Catalogue{Recipes: []catalogue.Recipe{{
		Name: "gitea", Category: "Development", Description: "A painless self-hosted Git service",
		Website:       "https://gitea.io",
		Icon:          "https://git.coopcloud.tech/repo-avatars/18-2cc2e3a9dd",
		Repository:    "https://git.coopcloud.tech/coop-cloud/gitea.git",
		SSHURL:        "ssh://git@git.coopcloud.tech:2222/coop-cloud/gitea.git",
		DefaultBranch: "main",
		Features: catalogue.Features{
			Backups: "Yes", Email: "3", Healthcheck: "Yes", SSO: "3 (OAuth)", Status: 4, Tests: "2",
			Image: catalogue.Image{
				Image: "gitea/gitea", Rating: "4", Source: "upstream", URL: "https://hub.docker.com/r/gitea/gitea",
			},
		},
		Versions: []catalogue.Version{
			{Version: "1.0.0+1.14.3", Services: []catalogue.Service{
				{Name: "db", Image: "docker.io/library/mariadb", Tag: "10.6"},
				{Name: "app", Image: "gitea/gitea", Tag: "1.14.3", Digest: "sha256:00"},
			}},
			{Version: "1.1.0+1.15.0-rootless", Services: []catalogue.Service{
				{Name: "app", Image: "gitea/gitea", Tag: "1.15.0-rootless"},
				{Name: "db", Image: "mariadb", Tag: "10.6"},
				{Name: "cache", Image: "redis", Tag: ""},
			}},
		},
	}}}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var update = flag.Bool("update", false, "write the golden files")

// golden compares got with a file byte for byte.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(t, path); !bytes.Equal(got, want) {
		t.Errorf("%s differs (-update writes it); got\n%s", path, got)
	}
}

func encodePlain(t *testing.T, c catalogue.Catalogue) []byte {
	t.Helper()
	data, err := catalogue.EncodePlain(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The documented example saves lines by hand; laid out as the real file is,
// with every value on its own line, it must be what we write, byte for byte.
func TestEncodePlainEqualsDocumentedExample(t *testing.T) {
	var want bytes.Buffer
	if err := json.Indent(&want, read(t, "testdata/example.json"), "", "    "); err != nil {
		t.Fatal(err)
	}
	got := encodePlain(t, gitea())
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("got\n%s\nwant\n%s", got, want.Bytes())
	}
	golden(t, "testdata/recipes.json", got)
}

func TestEncodePlainIsStableAndUnescaped(t *testing.T) {
	c := gitea()
	c.Recipes = append([]catalogue.Recipe{{Name: "zulip", Description: `Chat & "threads" <b>`}}, c.Recipes...)
	first := encodePlain(t, c)
	if !bytes.Contains(first, []byte(`Chat & \"threads\" <b>`)) {
		t.Errorf("text is not written as it is:\n%s", first)
	}
	if bytes.Index(first, []byte(`"gitea"`)) > bytes.Index(first, []byte(`"zulip"`)) {
		t.Error("recipes are not sorted by name")
	}
	if !bytes.Contains(first, []byte(`"versions": []`)) {
		t.Error("no versions must be an empty list")
	}
	for range 20 {
		if !bytes.Equal(first, encodePlain(t, c)) {
			t.Fatal("the same catalogue gave other bytes")
		}
	}
	decoded, err := catalogue.DecodePlain(first)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, encodePlain(t, decoded)) {
		t.Error("decoding and encoding again gave other bytes")
	}
}

func TestEncodePlainKeepsLatestLast(t *testing.T) {
	app := []catalogue.Service{{Name: "app", Image: "a", Tag: "1"}}
	data := encodePlain(t, catalogue.Catalogue{Recipes: []catalogue.Recipe{{Name: "a", Versions: []catalogue.Version{
		{Version: "1.0.0+1", Services: app},
		{Version: "v0.9", Legacy: true, Services: app},
		{Version: "nightly", Legacy: true, Services: app},
	}}}})
	c, err := catalogue.DecodePlain(data)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range c.Recipes[0].Versions {
		got = append(got, v.Version)
	}
	if want := []string{"v0.9", "1.0.0+1"}; !reflect.DeepEqual(got, want) {
		t.Errorf("versions %q, want %q", got, want)
	}
}

func TestDecodePlainTakesWhatItCan(t *testing.T) {
	c, err := catalogue.DecodePlain(append([]byte("\ufeff"), read(t, "testdata/wild.json")...))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	scores := map[string]int{}
	for _, r := range c.Recipes {
		names = append(names, r.Name)
		scores[r.Name] = r.Features.Status
		if r.Status != catalogue.Unknown {
			t.Errorf("%s: status %q, want unknown", r.Name, r.Status)
		}
	}
	if want := "empty odd score-float score-huge score-text score-word versions-null"; strings.Join(names, " ") != want {
		t.Errorf("recipes %q, want %q", names, want)
	}
	wantScores := map[string]int{"empty": 0, "odd": 3, "score-float": 2, "score-huge": 0, "score-text": 4, "score-word": 0, "versions-null": 0}
	if !reflect.DeepEqual(scores, wantScores) {
		t.Errorf("scores %v, want %v", scores, wantScores)
	}
	odd, _ := c.Recipe("odd")
	if odd.Category != "" || odd.Description != "12.5" || odd.Website != "true" || odd.Icon != "" || odd.Features.Email != "2" {
		t.Errorf("odd: %+v", odd)
	}
	want := []catalogue.Version{
		{Version: "v1.2", Legacy: true, Services: []catalogue.Service{{Name: "app", Image: "a", Tag: "3"}}},
		{Version: "1.0.0+1.2", Services: []catalogue.Service{
			{Name: "app", Image: "org/app", Tag: "1.2", Digest: "ab12cd34"}, {Name: "db"},
		}},
	}
	if !reflect.DeepEqual(odd.Versions, want) {
		t.Errorf("versions\n%+v, want\n%+v", odd.Versions, want)
	}
}

func TestDecodePlainSaysWhereItBreaks(t *testing.T) {
	for input, want := range map[string]string{
		"":                         "recipes.json",
		"null":                     "found null",
		"[]":                       "found array",
		"{\n  \"a\": {},\n  oops}": "recipes.json:3",
		`{"a": {"versions": [`:     "recipes.json",
	} {
		_, err := catalogue.DecodePlain([]byte(input))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one with %q", input, err, want)
		}
	}
}

func FuzzDecodePlain(f *testing.F) {
	for _, seed := range []string{"testdata/example.json", "testdata/wild.json"} {
		data, err := os.ReadFile(seed)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := catalogue.DecodePlain(data)
		if err != nil {
			return
		}
		first := encodePlain(t, c)
		again, err := catalogue.DecodePlain(first)
		if err != nil {
			t.Fatalf("our own output does not decode: %v", err)
		}
		if second := encodePlain(t, again); !bytes.Equal(first, second) {
			t.Errorf("not stable:\n%s\n%s", first, second)
		}
	})
}
