package secret_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/deploy/secret"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

const compose = `
services:
  app: {image: nginx:1.25}
x-common: &common
  external: true
  name: ${STACK_NAME}_shared_${SECRET_SHARED_VERSION:-v7}
secrets:
  consumer_key:
    external: true
    name: ${STACK_NAME}_ovh_consumer_key_${SECRET_OVH_CONSUMER_KEY}
  db_password:
    external: true
    name: ${STACK_NAME}_db_password_${SECRET_DB_PASSWORD_VERSION}
  fixed:
    external: true
    name: ${STACK_NAME}_fixed_v3
  foreign:
    external: true
    name: other_app_token_${SECRET_TOKEN_VERSION}
  legacy:
    external:
      name: ${STACK_NAME}_old_${SECRET_OLD_VERSION}
  merged:
    <<: *common
  plain:
    external: true
  unset:
    external: true
    name: ${STACK_NAME}_unset_${SECRET_UNSET_VERSION}
  vendored:
    file: content
`

func list(t *testing.T, app, sample string) ([]secret.Secret, error) {
	t.Helper()
	return listOf(t, fstest.MapFS{
		"compose.yml": {Data: []byte(compose)},
		"content":     {Data: []byte("x")},
		".env.sample": {Data: []byte(sample)},
	}, app, []string{"compose.yml"})
}

func listOf(t *testing.T, fsys fstest.MapFS, app string, files []string) ([]secret.Secret, error) {
	t.Helper()
	r, err := recipe.Read(fsys, "test")
	if err != nil {
		t.Fatal(err)
	}
	env := recipe.ParseEnv("app.env", []byte(app))
	s := stack.Load(r, stack.NewEnv(r, env, "stack"), files)
	return secret.List(r, s, env)
}

const app = `TYPE=test
SECRET_OVH_CONSUMER_KEY=v2 # generate=false
SECRET_DB_PASSWORD_VERSION=v10
SECRET_TOKEN_VERSION=v1 # length=20
SECRET_OLD_VERSION=v1
`

func TestList(t *testing.T) {
	got, err := list(t, app, "SECRET_DB_PASSWORD_VERSION=v1 # length=64 charset=hex\n#SECRET_SHARED_VERSION=v1 # length=5\n")
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		key, name, short, version, variable string
		length                              int
		generate                            bool
	}
	want := []row{
		{"consumer_key", "stack_ovh_consumer_key_v2", "ovh_consumer_key", "v2", "SECRET_OVH_CONSUMER_KEY", 0, false},
		{"db_password", "stack_db_password_v10", "db_password", "v10", "SECRET_DB_PASSWORD_VERSION", 64, true},
		{"fixed", "stack_fixed_v3", "fixed", "v3", "", 0, true},
		{"foreign", "other_app_token_v1", "other_app_token", "v1", "SECRET_TOKEN_VERSION", 20, true},
		{"legacy", "stack_old_v1", "old", "v1", "SECRET_OLD_VERSION", 0, true},
		{"merged", "stack_shared_v7", "shared", "v7", "SECRET_SHARED_VERSION", 5, true},
		{"plain", "plain", "plain", "", "", 0, true},
		{"unset", "stack_unset_", "unset", "", "SECRET_UNSET_VERSION", 0, true},
	}
	var rows []row
	for _, s := range got {
		rows = append(rows, row{s.Key, s.Name, s.Short, s.Version, s.Variable, s.Length, s.Generate})
		if s.Span.File != "compose.yml" || s.Span.Line < 6 {
			t.Errorf("%s: at %v", s.Key, s.Span)
		}
	}
	if !slices.Equal(rows, want) {
		t.Errorf("got\n%v\nwant\n%v", rows, want)
	}
}

// The app's own words win; what it does not say the sample does, commented
// lines included, word by word.
func TestModifiersOfSeveralLines(t *testing.T) {
	for _, test := range []struct {
		name, app, sample string
		want              secret.Modifiers
	}{
		{"app", "SECRET_TOKEN_VERSION=v1 # length=9", "SECRET_TOKEN_VERSION=v1 # length=64", secret.Modifiers{Length: 9, Generate: true}},
		{"lost comment", "SECRET_TOKEN_VERSION=v2", "SECRET_TOKEN_VERSION=v1 # length=64", secret.Modifiers{Length: 64, Generate: true}},
		{"word by word", "SECRET_TOKEN_VERSION=v1 # length=9", "SECRET_TOKEN_VERSION=v1 # length=64 charset=hex", secret.Modifiers{Length: 9, Charset: []string{"hex"}, Generate: true}},
		{"commented in the sample", "SECRET_TOKEN_VERSION=v1", "#SECRET_TOKEN_VERSION=v1 # length=64", secret.Modifiers{Length: 64, Generate: true}},
		{"commented in the app", "#SECRET_TOKEN_VERSION=v1 # length=9", "SECRET_TOKEN_VERSION=v1 # length=64", secret.Modifiers{Length: 9, Generate: true}},
		{"active before commented", "#SECRET_TOKEN_VERSION=v1 # length=9\nSECRET_TOKEN_VERSION=v1 # length=8", "", secret.Modifiers{Length: 8, Generate: true}},
		{"last line", "SECRET_TOKEN_VERSION=v1 # length=9\nSECRET_TOKEN_VERSION=v2 # length=8", "", secret.Modifiers{Length: 8, Generate: true}},
		{"prose", "SECRET_TOKEN_VERSION=v1 # see a=b", "", secret.Modifiers{Generate: true}},
		{"not generated", "SECRET_TOKEN_VERSION=v1 # generate=false", "", secret.Modifiers{}},
	} {
		all, err := list(t, test.app+"\n", test.sample+"\n")
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		got, _ := secret.Find(all, "other_app_token")
		if got.Key == "" {
			got, _ = secret.Find(all, "foreign")
		}
		if got.Length != test.want.Length || !slices.Equal(got.Charset, test.want.Charset) || got.Generate != test.want.Generate {
			t.Errorf("%s: got %+v, want %+v", test.name, got.Modifiers, test.want)
		}
	}
}

// A wrong modifier is an error that says where it stands and what is right;
// the list is whole all the same.
func TestWrongModifiers(t *testing.T) {
	for line, want := range map[string]string{
		"length=many":        "length=\"many\": expected a number from 1 to 4096",
		"length=0":           "expected a number",
		"length=99999999":    "expected a number",
		"charset=klingon":    "none of default, alphanumeric",
		"charset=hex,":       "none of default, alphanumeric",
		"generate=sometimes": "expected true or false",
	} {
		all, err := list(t, "SECRET_TOKEN_VERSION=v1 # "+line+"\n", "")
		if err == nil || !strings.Contains(err.Error(), "app.env:1: SECRET_TOKEN_VERSION: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", line, err)
		}
		if len(all) != 8 {
			t.Errorf("%s: %d secrets", line, len(all))
		}
	}
}

func TestFindAndNameFor(t *testing.T) {
	all, err := list(t, app, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, next := range map[string]string{
		"db_password":               "stack_db_password_v11",
		"stack_db_password_v10":     "stack_db_password_v11",
		"consumer_key":              "stack_ovh_consumer_key_v11",
		"unset":                     "stack_unset_v11",
		"stack_ovh_consumer_key_v2": "stack_ovh_consumer_key_v11",
	} {
		s, ok := secret.Find(all, name)
		if !ok || s.NameFor("v11") != next {
			t.Errorf("%s: got %s, want %s", name, s.NameFor("v11"), next)
		}
	}
	if _, ok := secret.Find(all, "vendored"); ok {
		t.Error("a secret from a file is not the operator's")
	}
}

// A recipe of the commons with overlays: every secret has a name of the
// stack, a version and its variable.
func TestCorpusRecipes(t *testing.T) {
	dirs, _ := filepath.Glob(filepath.Join(corpusDir(t), "recipes", "*"))
	for _, dir := range dirs {
		fsys, closeDir, err := recipe.OpenDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer closeDir()
		r, err := recipe.Read(fsys, filepath.Base(dir))
		if err != nil {
			t.Fatal(err)
		}
		var files []string
		for _, f := range r.Compose {
			files = append(files, f.Path)
		}
		s := stack.Load(r, stack.NewEnv(r, r.EnvSample, "stack"), files)
		all, err := secret.List(r, s, r.EnvSample)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
		}
		for _, got := range all {
			if !strings.HasPrefix(got.Name, "stack_") || strings.Contains(got.Short, "stack") || !strings.HasPrefix(got.Variable, "SECRET_") {
				t.Errorf("%s: %+v", dir, got)
			}
		}
		t.Logf("%s: %d secrets", filepath.Base(dir), len(all))
	}
}

// Whatever stands behind the # of an env line, the list is whole, and what is
// generated keeps to the bounds.
func FuzzModifiers(f *testing.F) {
	for _, seed := range []string{"length=64 charset=hex", "generate=false", "length=-1", "charset=,,", "charset=special,SPECIAL length=4096", "a=b # length=3", "length=１２"} {
		f.Add(seed)
	}
	fsys := fstest.MapFS{"compose.yml": {Data: []byte(compose)}, "content": {Data: []byte("x")}}
	r, err := recipe.Read(fsys, "test")
	if err != nil {
		f.Fatal(err)
	}
	s := stack.Load(r, stack.NewEnv(r, recipe.ParseEnv("app.env", []byte(app)), "stack"), []string{"compose.yml"})
	f.Fuzz(func(t *testing.T, comment string) {
		env := recipe.ParseEnv("app.env", []byte("SECRET_TOKEN_VERSION=v1 # "+comment+"\n"))
		all, _ := secret.List(r, s, env)
		if len(all) != 8 {
			t.Fatalf("%d secrets", len(all))
		}
		for _, one := range all {
			if v, err := secret.Generate(one); one.Generate != (err == nil) || (err == nil && one.Length > 0 && len(v.Bytes()) != one.Length) {
				t.Fatalf("%+v: %v", one, err)
			}
		}
	})
}

// corpusDir finds shared/corpus beside the checkout.
func corpusDir(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		corpus := filepath.Join(dir, "shared", "corpus")
		if info, err := os.Stat(corpus); err == nil && info.IsDir() {
			return corpus
		}
	}
	t.Skip("no shared/corpus above the test's folder")
	return ""
}
