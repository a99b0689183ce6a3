package stack_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"coopcloud.tech/catalogue/internal/stack"
)

// dialectValues stand, one after the other, for the @ of each template of
// testdata/dialect.tsv.
var dialectValues = []string{
	`null`, `""`, `word`, `"1"`, `1`, `-1`, `1.5`, `true`, `2024-01-01`, `1s`, `5m`,
	`[]`, `[a]`, `[a, a]`, `[1]`, `[null]`, `[{}]`,
	`{}`, `{a: b}`, `{a: 1}`, `{a: true}`, `{a: null}`, `{a: [b]}`, `{x-a: b}`,
	`"${ONE}"`, `"${TRUE}"`, `"${EMPTY}"`, `"${WORD}"`, `"${TIME}"`,
}

func dialectEnv() map[string]string {
	return map[string]string{"STACK_NAME": "stack", "ONE": "1", "TRUE": "true", "EMPTY": "", "WORD": "word", "TIME": "1s"}
}

// TestDialect holds every key and every type of value against what the docker
// command said: testdata/dialect.tsv has a template a line, and behind it a
// letter a value, o for accepted and x for refused, as docker/cli 29.9.3 has it
// (test/oracle asks it; 28 still took dates). With -update and such a docker
// command the letters are asked for again.
func TestDialect(t *testing.T) {
	const path = "testdata/dialect.tsv"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rows []string
	for line := range strings.Lines(string(data)) {
		template, verdicts, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if *update {
			verdicts = askDialect(t, template)
		}
		rows = append(rows, template+"\t"+verdicts+"\n")
		if len(verdicts) != len(dialectValues) {
			t.Errorf("%s: %d verdicts for %d values", template, len(verdicts), len(dialectValues))
			continue
		}
		for i, value := range dialectValues {
			document := strings.ReplaceAll(template, "@", value)
			s := stack.LoadFile(fstest.MapFS{"compose.yml": {Data: []byte(document)}}, "compose.yml", stack.Env{Vars: dialectEnv()})
			got := refusal(s)
			if want := verdicts[i] == 'x'; want != (got != nil) {
				t.Errorf("docker refuses: %v, we: %v\n%s\n%+v", want, !want, document, got)
			}
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(rows, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// askDialect asks the docker command about one template.
func askDialect(t *testing.T, template string) string {
	docker, err := exec.LookPath("docker")
	if err != nil {
		t.Fatal("-update needs the docker command: ", err)
	}
	verdicts := make([]byte, len(dialectValues))
	dir := t.TempDir()
	for i, value := range dialectValues {
		file := filepath.Join(dir, fmt.Sprintf("%d.yml", i))
		if err := os.WriteFile(file, []byte(strings.ReplaceAll(template, "@", value)), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(docker, "stack", "config", "-c", file)
		cmd.Env = []string{"DOCKER_CONFIG=" + dir}
		for key, value := range dialectEnv() {
			cmd.Env = append(cmd.Env, key+"="+value)
		}
		out, err := cmd.CombinedOutput()
		verdicts[i] = 'o'
		if err != nil {
			verdicts[i] = 'x'
		}
		if bytes.Contains(out, []byte("panic:")) {
			t.Logf("docker panics: %s", strings.ReplaceAll(template, "@", value))
		}
	}
	return string(verdicts)
}
