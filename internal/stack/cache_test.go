package stack_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// choice is one stack of a recipe.
type choice struct {
	env   map[string]string
	files []string
}

// sharedRecipe asks the env and other files in every way there is.
var sharedRecipe = fstest.MapFS{
	"compose.yml": {Data: []byte(`
version: "3.8"
services:
  app:
    image: app:${TAG:-1}
    environment: {MODE: "${MODE}", BARE: , EMPTY: ""}
    env_file: app.env
    labels: {a: "1"}
    volumes: ["~/data:/data", "./here:/here"]
    healthcheck: {test: "true", interval: 1s}
    logging: {driver: json-file, options: {max-size: 1m}}
    deploy:
      labels: ["coop-cloud.${STACK_NAME}.version=1.0.0+1"]
      update_config: {order: start-first}
      restart_policy: {condition: any}
      resources: {limits: {memory: 1G}, reservations: {memory: 1G}}
    configs: [conf]
configs: {conf: {file: conf.txt}}
secrets: {token: {environment: TOKEN}}
`)},
	"compose.a.yml": {Data: []byte(`
version: "3.8"
services:
  app:
    image: other:${OTHER:?}
    environment: {A: "${MODE}"}
    labels: {b: "2"}
    sysctls: {a: "1"}
    healthcheck: {interval: 2s}
    logging: {options: {max-file: "2"}}
    deploy:
      labels: {b: "2"}
      update_config: {order: stop-first}
      rollback_config: {order: stop-first}
      restart_policy: {condition: none}
      resources: {limits: {memory: 2G}, reservations: {memory: 2G}}
    ports: ["8080:80"]
`)},
	"compose.b.yml": {Data: []byte(`
version: "3.7"
services:
  app:
    user: ""
    labels: {a: "3"}
    sysctls: {b: "1"}
    healthcheck: {test: ["CMD", "false"], retries: 3}
    logging: {options: {tag: x}}
    credential_spec: {file: x}
    deploy:
      rollback_config: {failure_action: pause}
      resources: {limits: {pids: 5}}
  b: {image: "b:${TAG}"}
`)},
	"sub/compose.yml": {Data: []byte("services:\n  app:\n    env_file: app.env\n    image: sub\nconfigs: {conf: {file: conf.txt}}\n")},
	"app.env":         {Data: []byte("SET=1\nFROM_APP\n")},
	"conf.txt":        {Data: []byte("of the root")},
	"sub/app.env":     {Data: []byte("SUB=1\n")},
	"sub/conf.txt":    {Data: []byte("of the folder")},
}

func sharedChoices() []choice {
	plain := map[string]string{"STACK_NAME": "stack"}
	with := func(name, value string) map[string]string {
		env := maps.Clone(plain)
		env[name] = value
		return env
	}
	envs := []map[string]string{
		plain, with("TAG", "2"), with("TAG", ""), with("MODE", "x"), with("BARE", "x"), with("EMPTY", "x"), with("FROM_APP", "x"),
		with("HOME", "/root"), with("TOKEN", "x"), with("OTHER", "x"), with("STACK_NAME", "other"), with("UNUSED", "x"),
	}
	sets := [][]string{
		{"compose.yml"},
		{"compose.yml", "compose.a.yml"},
		{"compose.yml", "compose.b.yml"},
		{"compose.yml", "compose.a.yml", "compose.b.yml"},
		{"compose.yml", "compose.b.yml", "compose.a.yml"},
		{"compose.b.yml", "compose.yml"},   // has another version
		{"sub/compose.yml", "compose.yml"}, // has another folder
		{"compose.yml", "compose.yml", "missing.yml"},
	}
	var choices []choice
	for _, env := range envs {
		for _, files := range sets {
			choices = append(choices, choice{env, files})
		}
	}
	return choices
}

// Stacks of one cache, loaded side by side in any order, are those that are loaded alone.
func TestCache(t *testing.T) {
	r := &recipe.Recipe{FS: sharedRecipe}
	holdAgainstFresh(t, r, stack.NewCache(r, nil), sharedChoices())
}

func TestCacheOfRealRecipes(t *testing.T) {
	dir := filepath.Join(corpus(t), "recipes")
	for _, name := range []string{"bonfire", "bore", "lemp", "traefik"} {
		t.Run(name, func(t *testing.T) {
			r, err := recipe.Read(os.DirFS(filepath.Join(dir, name)), name)
			if err != nil {
				t.Fatal(err)
			}
			var choices []choice
			all := []string{"compose.yml"}
			for _, vars := range []map[string]string{corpusEnv().Vars, stack.NewEnv(r, r.EnvSample, "stack").Vars} {
				for _, file := range r.Compose {
					choices = append(choices, choice{vars, []string{"compose.yml", file.Path}})
					all = append(all, file.Path)
				}
				choices = append(choices, choice{vars, all})
			}
			holdAgainstFresh(t, r, stack.NewCache(r, nil), choices)
		})
	}
}

// What a file takes of a stack's bounds it takes where it is shared, too.
func TestCacheKeepsBounds(t *testing.T) {
	files := fstest.MapFS{"compose.yml": {Data: []byte("services: {}\n")}}
	for _, name := range []string{"a", "b"} {
		files[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "services: {%s: {image: x, ports: ['20000-60000:80']}}\n", name)}
	}
	r := &recipe.Recipe{FS: files}
	cache := stack.NewCache(r, nil)
	for _, set := range [][]string{
		{"compose.yml", "a"}, {"compose.yml", "b"}, {"compose.yml", "a", "b"}, {"compose.yml", "b", "a"}, {"a", "b"},
	} {
		want, got := stack.Load(r, stack.Env{}, set), cache.Load(stack.Env{}, set)
		if !reflect.DeepEqual(want.Diagnostics, got.Diagnostics) || len(want.Services) != len(got.Services) {
			t.Errorf("%v: %d diagnostics, want others, %d", set, len(got.Diagnostics), len(want.Diagnostics))
		}
		for i, service := range want.Services {
			if len(service.Ports) != len(got.Services[i].Ports) {
				t.Errorf("%v: %s has %d ports, want %d", set, service.Key, len(got.Services[i].Ports), len(service.Ports))
			}
		}
	}
}

// holdAgainstFresh loads all choices at once, forwards and backwards, and compares
// when all are loaded: none may have changed another.
func holdAgainstFresh(t *testing.T, r *recipe.Recipe, cache *stack.Cache, choices []choice) {
	t.Helper()
	got := make([]*stack.Stack, 2*len(choices))
	var group sync.WaitGroup
	for i := range choices {
		for _, at := range []int{i, 2*len(choices) - 1 - i} {
			group.Go(func() { got[at] = cache.Load(stack.Env{Vars: choices[i].env}, choices[i].files) })
		}
	}
	group.Wait()
	for i, c := range choices {
		want := stack.Load(r, stack.Env{Vars: c.env}, c.files)
		for _, at := range []int{i, 2*len(choices) - 1 - i} {
			if diff := stackDifference(want, got[at]); diff != "" {
				t.Fatalf("%v with %v:\n%s", c.files, c.env, diff)
			}
		}
	}
}

func stackDifference(want, got *stack.Stack) string {
	if diff := difference(dump(want), dump(got)); diff != "" {
		return diff
	}
	if !reflect.DeepEqual(want.Diagnostics, got.Diagnostics) {
		return fmt.Sprintf("diagnostics\n%v\nwant\n%v", got.Diagnostics, want.Diagnostics)
	}
	for line := range strings.Lines(dump(want)) {
		path := strings.Split(strings.ToLower(line[:strings.IndexAny(line+":", ":\n")]), ".")
		if w, g := want.Span(path...), got.Span(path...); w != g {
			return fmt.Sprintf("%v stands at %v, want %v", path, g, w)
		}
	}
	return ""
}

// What was read of an earlier state holds for files that did not change, as long as
// the files that they name have not changed either.
func TestCacheOfLaterState(t *testing.T) {
	files := maps.Clone(sharedRecipe)
	read := func(before *recipe.Recipe) *recipe.Recipe {
		r := &recipe.Recipe{FS: maps.Clone(files)}
		for _, name := range []string{"compose.yml", "compose.a.yml", "compose.b.yml"} {
			file := recipe.ParseCompose(name, files[name].Data)
			if before != nil {
				at := slices.IndexFunc(before.Compose, func(f *recipe.ComposeFile) bool { return f.Path == name && string(f.Data) == string(file.Data) })
				if at >= 0 {
					file = before.Compose[at]
				}
			}
			r.Compose = append(r.Compose, file)
		}
		return r
	}
	r := read(nil)
	cache := stack.NewCache(r, nil)
	for _, change := range []struct{ file, text string }{
		{"compose.a.yml", "services: {app: {image: changed}}\n"},
		{"conf.txt", "changed"},
		{"app.env", "CHANGED=1\n"},
		{"compose.yml", "services: {app: {image: changed, env_file: gone.env}}\n"},
		{"gone.env", "BACK=1\n"},
	} {
		holdAgainstFresh(t, r, cache, sharedChoices()[:16])
		files[change.file] = &fstest.MapFile{Data: []byte(change.text)}
		r = read(r)
		cache = stack.NewCache(r, cache)
	}
	holdAgainstFresh(t, r, cache, sharedChoices()[:16])
}
