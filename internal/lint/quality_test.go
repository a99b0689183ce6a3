package lint_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/lint"
)

// Each case is the one before it with one demand more met; the fault that stands
// in the way of the next level is named.
func TestGrade(t *testing.T) {
	for level, files := range gradedRecipes() {
		got := lint.Grade(inputOf(t, files))
		if got.Level != level {
			t.Errorf("level %d, want %d; next: %s\n%s", got.Level, level, got.Next, describe(lint.Run(inputOf(t, files))))
		}
		if (got.Next == "") != (level == len(lint.Levels())) {
			t.Errorf("level %d: next %q", level, got.Next)
		}
	}
}

// gradedRecipes have the level that is their index.
func gradedRecipes() []lint.Example {
	whole := lint.Example{
		{Name: "compose.yml", Text: gradedCompose},
		{Name: ".env.sample", Text: "TYPE=example\nDOMAIN=example.com\nLETS_ENCRYPT_ENV=production\n"},
		{Name: "README.md", Text: gradedReadme},
		{Name: "abra.sh", Text: "#!/bin/bash\n"},
		{Name: "release/next", Text: "nothing yet\n"},
	}
	tested := whole
	relied := replaced(tested, "README.md", "**Tests**: 2", "**Tests**: No")
	unwarned := replaced(relied, "README.md", "**Backups**: Yes", "**Backups**: No")
	run := replaced(unwarned, "README.md", "* **Email**: No\n", "")
	written := replaced(run, "compose.yml", "nginx:1.27.3", "nginx:latest")
	clean := replaced(written, "compose.yml", "    image:", "    privileged: true\n    image:")
	faulty := replaced(clean, "compose.yml", "    external: true", "    attachable: true")
	deployable := replaced(faulty, "compose.yml", "\n  app:", "\n  web:")
	refused := replaced(deployable, "compose.yml", "    image:", "    profiles: [a]\n    image:")
	unread := replaced(refused, "compose.yml", "services:", "services: [")
	return []lint.Example{unread, refused, deployable, faulty, clean, written, run, unwarned, relied, tested}
}

func replaced(files lint.Example, name, old, text string) lint.Example {
	out := append(lint.Example{}, files...)
	for i, file := range out {
		if file.Name == name {
			out[i].Text = strings.ReplaceAll(file.Text, old, text)
		}
	}
	return out
}

const gradedCompose = `version: "3.8"
services:
  app:
    image: nginx:1.27.3
    networks: [proxy]
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost"]
      interval: 10s
      timeout: 5s
      retries: 3
      start_period: 1m
    deploy:
      update_config:
        failure_action: rollback
        monitor: 2m
      restart_policy:
        condition: on-failure
      labels:
        - "traefik.enable=true"
        - "traefik.swarm.network=proxy"
        - "traefik.http.services.${STACK_NAME}.loadbalancer.server.port=80"
        - "traefik.http.routers.${STACK_NAME}.rule=Host(` + "`${DOMAIN}`" + `)"
        - "traefik.http.routers.${STACK_NAME}.entrypoints=web-secure"
        - "traefik.http.routers.${STACK_NAME}.tls.certresolver=${LETS_ENCRYPT_ENV}"
        - "coop-cloud.${STACK_NAME}.version=0.1.0+1.27.3"
        - "backupbot.backup=true"
networks:
  proxy:
    external: true
`

const gradedReadme = `# example

<!-- metadata -->
* **Category**: Apps
* **Status**: 4
* **Image**: [` + "`nginx`" + `](https://hub.docker.com/_/nginx), 4, upstream
* **Healthcheck**: Yes
* **Backups**: Yes
* **Email**: No
* **Tests**: 2
* **SSO**: No
<!-- endmetadata -->
`

// A file alone has no level; what runs leave out or settings change moves none.
func TestGradeStandsAlone(t *testing.T) {
	in := inputOf(t, gradedRecipes()[5])
	want := lint.Grade(in)
	in = inputOf(t, gradedRecipes()[5])
	in.Settings.Severity = map[string]lint.Severity{"R004": lint.Info}
	lint.Apply(in, lint.Rules())
	if got := lint.Grade(in); got != want {
		t.Errorf("with settings %+v, without %+v", got, want)
	}
	if got := lint.Grade(&lint.Input{}); got.Level != 0 || got.Next == "" {
		t.Errorf("a file alone has %+v", got)
	}
}

func TestQualityDocs(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "quality.md")
	want := lint.QualityPage()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("docs/quality.md is not what the levels say (%v); run go test ./internal/lint -run QualityDocs -update", err)
	}
}
