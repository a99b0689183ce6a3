package convert_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/deploy/convert"
)

func compose(text string, more ...string) fstest.MapFS {
	fsys := fstest.MapFS{"compose.yml": {Data: []byte(text)}}
	for i := 0; i+1 < len(more); i += 2 {
		fsys[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return fsys
}

// The app's env reaches service app alone, below its explicit environment;
// a bare key that nothing sets counts as not set.
func TestAppEnv(t *testing.T) {
	s := load(t, compose(`
services:
  app:
    image: nginx:1.25
    environment: [EXPLICIT=file, BARE]
  db:
    image: postgres:16
`))
	env := map[string]string{"EXPLICIT": "env", "BARE": "env", "NEW": "a=b"}
	specs, err := convert.Convert(s, convert.Options{Env: env})
	if err != nil {
		t.Fatal(err)
	}
	got := specs.Services[0].TaskTemplate.ContainerSpec.Env
	if want := []string{"BARE=env", "EXPLICIT=file", "NEW=a=b"}; !slices.Equal(got, want) {
		t.Errorf("app: got %q, want %q", got, want)
	}
	if got := specs.Services[1].TaskTemplate.ContainerSpec.Env; len(got) != 0 {
		t.Errorf("db: got %q", got)
	}
	if len(s.Service("app").Environment) != 2 {
		t.Error("the stack itself was changed")
	}
}

// The deploy's labels win on service app, and stay away from others; the
// stack's own marks cannot be taken over.
func TestAppLabels(t *testing.T) {
	s := load(t, compose(`
services:
  app:
    image: nginx:1.25
    deploy:
      labels: {coop-cloud.stack.version: file, mine: file}
  db:
    image: postgres:16
`))
	labels := map[string]string{"coop-cloud.stack.version": "deploy", convert.LabelNamespace: "other", convert.LabelImage: "other"}
	specs, err := convert.Convert(s, convert.Options{Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"coop-cloud.stack.version": "deploy", "mine": "file",
		convert.LabelNamespace: "stack", convert.LabelImage: "nginx:1.25",
	}
	if got := specs.Services[0].Labels; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("app: got %v, want %v", got, want)
	}
	if got := specs.Services[1].Labels; len(got) != 2 {
		t.Errorf("db: got %v", got)
	}
}

func TestItem36RelativeBindsStartInDir(t *testing.T) {
	s := load(t, compose(`
services:
  app:
    image: nginx:1.25
    volumes: ["./data/../html:/html", "../out:/out"]
`))
	specs, err := convert.Convert(s, convert.Options{Dir: "/srv/recipe"})
	if err != nil {
		t.Fatal(err)
	}
	mounts := specs.Services[0].TaskTemplate.ContainerSpec.Mounts
	if mounts[0].Source != "/srv/recipe/html" || mounts[1].Source != "/srv/out" {
		t.Errorf("got %v", mounts)
	}
}

// 500 KiB and 1000 KiB are too much by one byte.
func TestItem32Sizes(t *testing.T) {
	for _, test := range []struct {
		kind  string
		limit int
	}{{"secret", 500 << 10}, {"config", 1000 << 10}} {
		text := "services: {app: {image: nginx:1.25}}\n" + test.kind + "s: {big: {file: big}}\n"
		for size, ok := range map[int]bool{test.limit - 1: true, test.limit: false} {
			s := load(t, compose(text, "big", strings.Repeat("x", size)))
			if _, err := convert.Convert(s, convert.Options{}); (err == nil) != ok {
				t.Errorf("%s of %d bytes: %v", test.kind, size, err)
			}
		}
	}
}

// Every error stands on its own, with file and line.
func TestErrorsAreJoined(t *testing.T) {
	s := load(t, compose("services:\n  app:\n    image: nginx:1.25\n    restart: sometimes\n    networks: [nowhere]\n    secrets: [nothing]\n"))
	_, err := convert.Convert(s, convert.Options{})
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) || len(joined.Unwrap()) != 3 {
		t.Fatalf("got %v", err)
	}
	for _, e := range joined.Unwrap() {
		var located *convert.Error
		if !errors.As(e, &located) || located.Span.File != "compose.yml" || located.Span.Line < 4 {
			t.Errorf("no position: %v", e)
		}
	}
}

// The same stack gives the same bytes, however maps are walked.
func TestDeterministic(t *testing.T) {
	text := compose(`
services:
  app: {image: nginx:1.25, networks: [b, a, c], secrets: [y, x], environment: {B: "1", A: "2", C: "3"}}
  db: {image: nginx:1.25, cap_add: [b, a], sysctls: {b: 1, a: 2}}
networks: {a: {}, b: {}, c: {}}
secrets: {x: {external: true, name: same}, y: {external: true, name: same}}
`)
	var first []byte
	for range 20 {
		specs, err := convert.Convert(load(t, text), convert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if data := mustJSON(t, specs); first == nil {
			first = data
		} else if !bytes.Equal(data, first) {
			t.Fatalf("got\n%s\nthen\n%s", first, data)
		}
	}
}

// Two definitions of one swarm object are one where they agree, and an error
// where they do not.
func TestTwoDefinitionsOfOneName(t *testing.T) {
	text := "services: {app: {image: nginx:1.25}}\nconfigs: {a: {name: same, file: one}, b: {name: same, file: %s}}\n"
	same, err := convert.Convert(load(t, compose(fmt.Sprintf(text, "one"), "one", "1")), convert.Options{})
	if err != nil || len(same.Configs) != 1 {
		t.Errorf("same content: %v", err)
	}
	if _, err := convert.Convert(load(t, compose(fmt.Sprintf(text, "two"), "one", "1", "two", "2")), convert.Options{}); err == nil {
		t.Error("other content: no error")
	}
}

// An env that lacks a version still gives specs to look at, but nothing to
// deploy.
func TestPreviewTakesUnfinishedNames(t *testing.T) {
	s := load(t, compose("services: {app: {image: nginx:1.25}}\nconfigs: {a: {name: '${STACK_NAME}_a_${A_VERSION}', file: a}}\n", "a", "x"))
	if _, err := convert.Convert(s, convert.Options{}); err == nil {
		t.Error("a deploy takes the name stack_a_")
	}
	specs, err := convert.Convert(s, convert.Options{Preview: true})
	if err != nil || specs.Configs[0].Name != "stack_a_" {
		t.Errorf("got %v, %v", specs, err)
	}
}
