package stack_test

import (
	"bufio"
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// TestPairsAgainstDocker merges pairs of the corpus's stacks, chosen by a fixed
// seed, and asks the docker command for the same. 637 pairs were held once; they
// differ only in appended healthchecks.
func TestPairsAgainstDocker(t *testing.T) {
	docker, err := exec.LookPath("docker")
	if err != nil || testing.Short() {
		t.Skip("no docker command, or -short")
	}
	dir := corpus(t)
	random := rand.New(rand.NewPCG(1, 2))
	folders := loadable(t, dir)
	var names []string
	for name, files := range folders {
		if len(files) > 1 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for range 60 {
		folder := names[random.IntN(len(names))]
		files := folders[folder]
		a, b := files[random.IntN(len(files))], files[random.IntN(len(files))]
		if a == b {
			continue
		}
		t.Run(path.Join(folder, a)+"+"+b, func(t *testing.T) {
			comparePair(t, docker, filepath.Join(dir, folder), a, b)
		})
	}
}

// loadable lists the files that docker's loader takes, by folder.
func loadable(t *testing.T, dir string) map[string][]string {
	f, err := os.Open(filepath.Join(dir, "docker-verdicts.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	folders := map[string][]string{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, verdict, _ := strings.Cut(lines.Text(), "\t")
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil && strings.HasPrefix(verdict, "OK") {
			folders[path.Dir(name)] = append(folders[path.Dir(name)], path.Base(name))
		}
	}
	return folders
}

func comparePair(t *testing.T, docker, dir, a, b string) {
	cmd := exec.Command(docker, "stack", "config", "-c", a, "-c", b)
	cmd.Dir = dir
	cmd.Env = []string{"DOCKER_CONFIG=" + t.TempDir()}
	for key, value := range corpusEnv().Vars {
		cmd.Env = append(cmd.Env, key+"="+value)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	fsys := os.DirFS(dir)
	got := stack.Load(&recipe.Recipe{FS: fsys}, corpusEnv(), []string{a, b})
	d := refusal(got)
	switch {
	case (err != nil) != (d != nil):
		t.Errorf("docker: %v %s, we: %+v", err, errs.String(), d)
	case err == nil:
		for line := range strings.Lines(againstGolden(t, out.String(), dir, got, corpusEnv(), fsys)) {
			// Docker appends the test; and its output can repeat entries that its
			// own schema wants unique.
			if !strings.Contains(line, ".Healthcheck.Test.") && !strings.Contains(line, stack.CodeDuplicateItem) {
				t.Errorf("docker (-) and we (+): %s", line)
			}
		}
	}
}
