package stack_test

import (
	"fmt"
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

func load(env map[string]string, files ...string) *stack.Stack {
	fsys := fstest.MapFS{}
	var names []string
	for i, file := range files {
		name := fmt.Sprintf("compose.%d.yml", i)
		fsys[name] = &fstest.MapFile{Data: []byte(file)}
		names = append(names, name)
	}
	return stack.Load(&recipe.Recipe{FS: fsys}, stack.Env{Vars: env}, names)
}

func TestSpan(t *testing.T) {
	s := load(map[string]string{"STACK_NAME": "ex"}, `services:
  app:
    image: nginx:1.27
    environment: [A=1, B=2]
    ports: ["443:443", "80:80"]
    deploy:
      labels:
        - coop-cloud.${STACK_NAME}.timeout=300
        - coop-cloud.ex.version=1.0.0+1.27
`, `services:
  app:
    environment:
      B: "3"
    ports:
      - 81:80
    healthcheck: {retries: 3}
`)
	for path, want := range map[string]string{
		"services.app.image":                               "compose.0.yml:3:12-3:22",
		"services.app.environment.A":                       "compose.0.yml:4:19-4:22",
		"services.app.environment.B":                       "compose.1.yml:4:10-4:13",
		"services.app.ports.0":                             "compose.0.yml:5:24-5:31", // sorted by published port
		"services.app.ports.1":                             "compose.1.yml:6:9-6:14",
		"services.app.ports.2":                             "compose.0.yml:5:13-5:22",
		"services.app.ports.9":                             "compose.1.yml:5:5-5:10", // nearest parent
		"services.app.healthcheck.retries":                 "compose.1.yml:7:28-7:29",
		"services.app.deploy.labels.coop-cloud.ex.version": "compose.0.yml:9:11-9:43",
		"services.app.deploy.labels.none":                  "compose.0.yml:7:7-7:13",
		"services.gone.image":                              "compose.1.yml:1:1-1:9",
	} {
		span := s.Span(strings.Split(path, ".")...)
		got := fmt.Sprintf("%s:%d:%d-%d:%d", span.File, span.Line, span.Column, span.EndLine, span.EndColumn)
		if got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
		if joined := s.Span(path); joined != span {
			t.Errorf("%s: the joined path gives %v, its parts %v", path, joined, span)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, test := range []struct{ label, want string }{
		{"coop-cloud.${STACK_NAME}.version=1.0.0+1.27", "1.0.0+1.27"},
		{"coop-cloud.${STACK_NAME}.timeout=300", ""},
		{"coop-cloud.${STACK_NAME}.app.version=1.27-abcdef12", ""},
		{"coop-cloud.other.version=1.0.0+1.27", ""},
	} {
		s := load(map[string]string{"STACK_NAME": "ex_com"}, `services: {app: {image: nginx, deploy: {labels: ["`+test.label+`"]}}}`)
		got, span := s.Version()
		if got != test.want {
			t.Errorf("%s: got version %q, want %q", test.label, got, test.want)
		}
		if (span.Line == 1) != (test.want != "") {
			t.Errorf("%s: version stands at %v", test.label, span)
		}
	}
	if got, _ := load(nil, `services: {web: {image: nginx}}`).Version(); got != "" {
		t.Errorf("without a service app: got version %q", got)
	}
}

func TestParseImage(t *testing.T) {
	const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for ref, want := range map[string]stack.Image{
		"nginx":                             {Name: "nginx"},
		"docker.io/library/nginx:1.27":      {Name: "nginx", Tag: "1.27"},
		"index.docker.io/library/nginx":     {Name: "nginx"},
		"docker.io/gitea/gitea:1":           {Name: "gitea/gitea", Tag: "1"},
		"ghcr.io/org/app:v1@" + digest:      {Name: "ghcr.io/org/app", Tag: "v1", Digest: digest},
		"localhost:5000/app@" + digest:      {Name: "localhost:5000/app", Digest: digest},
		"registry.example:5000/a/b/c:tag.1": {Name: "registry.example:5000/a/b/c", Tag: "tag.1"},
	} {
		want.Raw = ref
		if got, err := stack.ParseImage(ref); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", ref, got, err)
		}
	}
	for _, ref := range []string{"", "UPPER", "a:b:c", "nginx:", "nginx@sha256:short", "a b"} {
		if got, err := stack.ParseImage(ref); err == nil {
			t.Errorf("%q: got %+v, want an error", ref, got)
		}
	}
}

func TestName(t *testing.T) {
	for domain, want := range map[string]string{
		"example.com": "example_com",
		"":            "",
		"a-very-long-subdomain.of-a-long-domain.example.com": "a-very-long-subdomain_of-a-long-domain_exampl",
	} {
		if got := stack.Name(domain); got != want {
			t.Errorf("%s: got %s, want %s", domain, got, want)
		}
	}
}

func TestNewEnv(t *testing.T) {
	r := &recipe.Recipe{AbraSh: recipe.ParseAbraSh("abra.sh", []byte("export CONF_VERSION=v2\nexport DOMAIN=from.sh\n"))}
	app := recipe.ParseEnv(".env", []byte("DOMAIN=ex.com\nCONF_VERSION=v1\nURL=https://${DOMAIN}\nCOMPOSE_FILE=compose.yml\nCOMPOSE_FILE=\"$COMPOSE_FILE:compose.a.yml: :\"\n"))
	env := stack.NewEnv(r, app, "ex_com")
	for key, want := range map[string]string{
		"CONF_VERSION": "v2", "DOMAIN": "from.sh", "URL": "https://ex.com", "STACK_NAME": "ex_com",
	} {
		if got := env.Vars[key]; got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if got := env.Files(); !reflect.DeepEqual(got, []string{"compose.yml", "compose.a.yml"}) {
		t.Errorf("got files %q", got)
	}
	own := stack.NewEnv(nil, recipe.ParseEnv(".env", []byte("STACK_NAME=own\n")), "ex_com")
	if got := own.Vars["STACK_NAME"]; got != "own" {
		t.Errorf("got STACK_NAME %q, want the app's own", got)
	}
	if got := stack.NewEnv(r, nil, "x").Files(); !reflect.DeepEqual(got, []string{"compose.yml"}) {
		t.Errorf("without COMPOSE_FILE: got files %q", got)
	}
}

// TestSecretsStayOut: what an env value is must not show in a diagnostic.
func TestSecretsStayOut(t *testing.T) {
	s := load(map[string]string{"STACK_NAME": "ex", "SECRET": "hunter2"}, `version: "3.13"
services:
  app:
    image: "${SECRET}:UPPER:x"
    tty: ${SECRET}
    init: ${SECRET}
    stop_grace_period: ${SECRET}
    command: "'${SECRET}"
    ports: ["${SECRET}", {target: "${SECRET}"}]
    volumes: [":${SECRET}:a"]
    env_file: /${SECRET}
    environment: {A: "${SECRET:+x}", B: "${SECRET}${SECRET", C: "$SECRET-x", D: "${NONE:?$SECRET}", E: "${NONE:-${NONE:?${SECRET}}}"}
    deploy: {replicas: "${SECRET}", resources: {limits: {cpus: "${SECRET}", memory: "${SECRET}"}}, update_config: {order: "${SECRET}"}}
`)
	if len(s.Diagnostics) < 15 {
		t.Errorf("only %d diagnostics", len(s.Diagnostics))
	}
	for _, d := range s.Diagnostics {
		if strings.Contains(d.Message, "hunter2") {
			t.Errorf("shows the secret: %s", describe(d))
		}
	}
}

// TestBounds: small files that would become large are refused at once.
func TestBounds(t *testing.T) {
	big := strings.Repeat("x", 60<<10)
	many := func(line string, n int) string { return strings.Repeat(line, n) }
	for name, file := range map[string]string{
		"one value":    "services: {app: {image: nginx, environment: {A: \"" + many("$BIG", 1000) + "\"}}}",
		"many values":  "services: {app: {image: nginx, environment: [" + many("\"$BIG$I\",", 9000) + "]}}",
		"nesting":      "services: {app: {image: nginx, environment: {A: \"" + many("${A:-", 5000) + many("}", 5000) + "\"}}}",
		"unclosed":     "services: {app: {image: nginx, environment: {A: \"" + many("${A:-", 150_000) + "\"}}}",
		"behind {{":    "services: {app: {image: nginx, environment: {A: \"${A:-{{x}} " + many("${A:-", 5000) + many("}", 5001) + "\"}}}",
		"siblings":     "services: {app: {image: nginx, environment: {A: \"${A:-" + many("${B}", 12000) + "}\"}}}",
		"port ranges":  "services: {app: {image: nginx, ports: [" + strings.Join(numbered("1-6%04d", 4000), ",") + "]}}",
		"files":        "configs: {" + strings.Join(numbered("c%d: {file: big}", 9000), ", ") + "}",
		"env files":    "services: {" + strings.Join(numbered("s%d: {image: nginx, env_file: big}", 4000), ", ") + "}",
		"unknown keys": "services: {app: {" + strings.Join(numbered("imag%d: x", 15_000), ", ") + "}}",
		"cpus":         "services: {app: {image: nginx, deploy: {resources: {limits: {cpus: \"1e999999999\"}}}}}",
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{
				"compose.yml": {Data: []byte(file)},
				"big":         {Data: []byte(many("KEY=value\n", 90_000))},
			}
			s := stack.LoadFile(fsys, "compose.yml", stack.Env{Vars: map[string]string{"BIG": big}})
			if name != "files" && name != "siblings" && len(s.Refused()) == 0 {
				t.Errorf("nothing is refused; %d diagnostics", len(s.Diagnostics))
			}
			if len(s.Diagnostics) > 20_002 {
				t.Errorf("%d diagnostics", len(s.Diagnostics))
			}
			told := slices.ContainsFunc(s.Diagnostics, func(d stack.Diagnostic) bool { return d.Code == stack.CodeTooMany })
			if told != (name == "unknown keys") {
				t.Errorf("of %d diagnostics, that not all are kept is told: %v", len(s.Diagnostics), told)
			}
		})
	}
}

func numbered(format string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(format, i))
	}
	return all
}

// TestParallel loads one recipe from many goroutines, under the race detector.
func TestParallel(t *testing.T) {
	r, files, env := bonfire(t)
	want := dump(stack.Load(r, env, files))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 3 {
				if got := dump(stack.Load(r, env, files)); got != want {
					t.Errorf("parallel loads differ:\n%s", difference(want, got))
				}
			}
		})
	}
	group.Wait()
}

// bonfire is the largest real recipe: 20 compose files.
func bonfire(t testing.TB) (*recipe.Recipe, []string, stack.Env) {
	r, err := recipe.Read(os.DirFS(filepath.Join(corpus(t), "recipes/bonfire")), "bonfire")
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, file := range r.Compose {
		files = append(files, file.Path)
	}
	return r, files, stack.NewEnv(r, r.EnvSample, "stack")
}

func BenchmarkLoadBonfireAll(b *testing.B) {
	r, files, env := bonfire(b)
	b.ReportAllocs()
	for b.Loop() {
		if s := stack.Load(r, env, files); len(s.Services) < 3 {
			b.Fatal("services are missing")
		}
	}
}

func BenchmarkReadAndLoadBonfireAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r, files, env := bonfire(b)
		stack.Load(r, env, files)
	}
}
