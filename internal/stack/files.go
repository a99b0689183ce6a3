package stack

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// insideTree turns a path of the compose file into a path of the recipe.
func (l *loader) insideTree(name string) (string, bool) {
	if path.IsAbs(name) || strings.Contains(name, `\`) {
		return "", false
	}
	joined := path.Join(l.dir, name)
	return joined, fs.ValidPath(joined)
}

// contentOf reads a file of the recipe, once however often it is named.
func (l *loader) contentOf(inside string) ([]byte, error) {
	if data, ok := l.contents[inside]; ok {
		return data, nil
	}
	if l.read == 0 {
		return nil, errTooMuchRead
	}
	data, err := recipe.ReadFile(l.fsys, inside)
	if err == nil && !l.read.take(len(data)) {
		err = errTooMuchRead
	}
	if err != nil {
		return nil, err
	}
	l.contents[inside] = data
	return data, nil
}

var errTooMuchRead = fmt.Errorf("the files that the compose files name are larger than %d bytes together", maxRead)
