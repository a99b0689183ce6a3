package stack

import (
	"maps"
	"strconv"
	"strings"

	"coopcloud.tech/catalogue/internal/recipe"
)

// spans maps canonical dotted paths to where their values stand. A list entry
// stands under the key it is merged by, and once more under its final index.
type spans map[string]recipe.Span

// layers are the spans of several files, each over those before it. Those of the
// files are shared and stay as they are.
type layers struct {
	bottom spans   // of the first files, when there are many
	files  []spans // of the last ones
	top    spans   // what is said of the whole
}

// maxLayers bounds what a lookup costs.
const maxLayers = 8

// add lays the spans of a later file over all others.
func (l *layers) add(later spans) {
	if len(l.files) == maxLayers {
		l.flatten()
	}
	l.files = append(l.files, later)
}

func (l *layers) flatten() {
	if l.bottom == nil {
		l.bottom = spans{}
	}
	for _, file := range l.files {
		maps.Copy(l.bottom, file)
	}
	l.files = l.files[:0]
}

func (l *layers) get(path string) (recipe.Span, bool) {
	if span, ok := l.top[path]; ok {
		return span, true
	}
	for i := len(l.files) - 1; i >= 0; i-- {
		if span, ok := l.files[i][path]; ok {
			return span, true
		}
	}
	span, ok := l.bottom[path]
	return span, ok
}

// at returns the position of path or of its nearest parent.
func (l *layers) at(path string) recipe.Span {
	for {
		if span, ok := l.get(path); ok {
			return span
		}
		dot := strings.LastIndexByte(path, '.')
		if dot < 0 {
			return recipe.Span{}
		}
		path = path[:dot]
	}
}

// number gives entry i of the list at path, known by its key, a second name.
func (l *layers) number(path string, i int, key string) {
	if span, ok := l.get(path + "." + key); ok {
		l.top[path+"."+strconv.Itoa(i)] = span
	}
}
