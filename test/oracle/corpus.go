package oracle

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// CorpusDir finds shared/corpus beside the checkout; "" where there is none.
func CorpusDir() string {
	dir, err := os.Getwd()
	for ; err == nil && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		corpus := filepath.Join(dir, "shared", "corpus")
		if info, err := os.Stat(corpus); err == nil && info.IsDir() {
			return corpus
		}
	}
	return ""
}

// Verdicts reads what docker/cli 29.9.3's loader says of each file of the
// corpus: path → "OK hash" or "ERR message".
func Verdicts(corpus string) (map[string]string, error) {
	f, err := os.Open(filepath.Join(corpus, "docker-verdicts.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	verdicts := map[string]string{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		path, verdict, _ := strings.Cut(lines.Text(), "\t")
		verdicts[path] = verdict
	}
	return verdicts, lines.Err()
}

// CorpusEnv is the whole environment that the verdicts were made with.
func CorpusEnv() map[string]string {
	return map[string]string{"STACK_NAME": "stack", "DOMAIN": "example.com", "HOME": "/root"}
}
