package oracle

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/compose/types"
)

// Result is what came of one case.
type Result struct {
	DockerErr, OursErr error
	Config             *types.Config // nil where Docker's loader refuses
	Differences        []Difference
}

// Compare converts in both ways. Where both give specs, Differences says where
// they part.
func Compare(c Case) Result {
	var r Result
	r.Config, r.DockerErr = Load(c)
	for c.Provide && provideEnv(c, r.DockerErr) {
		r.Config, r.DockerErr = Load(c)
	}
	if r.DockerErr != nil {
		r.Config = nil
	} else {
		provide(c, r.Config)
	}
	ours, _, err := Ours(c)
	r.OursErr = err
	if r.DockerErr != nil {
		return r
	}
	docker, err := Docker(c, r.Config)
	if r.DockerErr = err; err != nil || r.OursErr != nil {
		return r
	}
	r.Differences, r.OursErr = differences(docker, ours)
	return r
}

func differences(docker, ours any) ([]Difference, error) {
	a, err := Canonical(docker)
	if err != nil {
		return nil, err
	}
	b, err := Canonical(ours)
	if err != nil {
		return nil, err
	}
	return Diff(a, b), nil
}

// provide writes the secrets and configs that a stack of the corpus names but
// its collectors left out, so that the rest of it can be compared. Nothing is
// written outside the case's folder.
func provide(c Case, config *types.Config) {
	var files []string
	for _, o := range config.Secrets {
		files = append(files, o.File)
	}
	for _, o := range config.Configs {
		files = append(files, o.File)
	}
	for _, file := range files {
		create(c, file, "content\n")
	}
}

// envFile has what env files of `docker stack deploy` may hold: no quotes, no
// ${…}, bare keys and empty values that the environment fills.
const envFile = "FROM_FILE=1\n# comment\nQUOTED=\"as is\"\nDOLLAR=${DOMAIN}\nBARE\nDOMAIN\nHOME=\n"

// provideEnv makes the env_file whose absence the loader reports, and says
// whether it did.
func provideEnv(c Case, err error) bool {
	var missing *fs.PathError
	return errors.As(err, &missing) && errors.Is(err, fs.ErrNotExist) && create(c, missing.Path, envFile)
}

func create(c Case, file, content string) bool {
	if !strings.HasPrefix(file, c.Dir+string(filepath.Separator)) {
		return false
	}
	_ = os.MkdirAll(filepath.Dir(file), 0o755)
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return false
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close()) == nil
}
