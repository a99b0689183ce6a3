package stack

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// insideTree turns a path of the compose file into a path of the recipe.
func (r *reader) insideTree(name string) (string, bool) {
	if path.IsAbs(name) || strings.Contains(name, `\`) {
		return "", false
	}
	joined := path.Join(r.base.dir, name)
	return joined, fs.ValidPath(joined)
}

// contentOf reads a file of the recipe, once however often it is named.
func (l *loader) contentOf(inside string) content {
	if known, ok := l.contents[inside]; ok {
		return known
	}
	c := content{path: inside, err: errTooMuchRead}
	if l.unread > 0 {
		c = l.cache.content(inside)
	}
	if c.err == nil && !l.unread.take(len(c.data)) {
		c = content{path: inside, err: errTooMuchRead}
	}
	if c.err == nil {
		l.contents[inside] = c
	}
	return c
}

var errTooMuchRead = fmt.Errorf("the files that the compose files name are larger than %d bytes together", maxRead)
