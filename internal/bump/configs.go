package bump

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/stack"
)

// config is one that a compose file makes from a file of the recipe.
type config struct {
	key, name, file string
	content         []byte
	version         part // of its name; no text where it has none
}

// configs lists those of all compose files, each overlay on top of compose.yml.
func (s *scope) configs() []config {
	var found []config
	for _, file := range s.recipe.Compose {
		files := []string{s.recipe.Compose[0].Path, file.Path}
		loaded := s.cache.Load(s.env, slices.Compact(files))
		for _, object := range loaded.Configs {
			if object.External || object.Content == nil || slices.ContainsFunc(found, func(c config) bool { return c.name == object.Name && c.key == object.Key }) {
				continue
			}
			found = append(found, config{object.Key, object.Name, object.File, object.Content, s.versionPart(loaded, object.Key)})
		}
	}
	return found
}

// versionPart is the last variable of a config's name.
func (s *scope) versionPart(loaded *stack.Stack, key string) part {
	parts, err := s.partsAt(loaded.Span("configs", key, "name"))
	if err != nil {
		return part{}
	}
	for _, p := range slices.Backward(parts) {
		if p.variable != "" && p.variable != "STACK_NAME" {
			return p
		}
	}
	return part{}
}

var counted = regexp.MustCompile(`^(v?)([0-9]{1,6})$`)

// raiseConfigs raises the versions of the configs whose bytes are others than in the
// last release, or, where none is known, than before this bump: Swarm cannot change
// a config, only make one with another name (moby/moby#35048).
func (w *work) raiseConfigs() error {
	before, err := w.configsBefore()
	if err != nil {
		return err
	}
	now, err := w.scope()
	if err != nil {
		return err
	}
	var edits []edit.Edit
	for _, c := range now.configs() {
		same := func(old config) bool { return old.name == c.name && (c.name != "" || old.key == c.key) }
		i := slices.IndexFunc(before, same)
		if i < 0 || bytes.Equal(before[i].content, c.content) {
			continue
		}
		m := counted.FindStringSubmatch(c.version.text)
		if m == nil || c.version.place.file != "abra.sh" {
			w.warn("%s has changed, but config %s keeps its name: give it a version that abra.sh exports, as in export NAME_VERSION=v2", c.file, c.key)
			continue
		}
		n, _ := strconv.Atoi(m[2]) // at most six digits
		raised := m[1] + strconv.Itoa(n+1)
		e := edit.Edit{File: c.version.place.file, Start: c.version.place.start, End: c.version.place.end, Text: raised}
		if !slices.Contains(edits, e) {
			edits = append(edits, e)
		}
		w.report.Configs = append(w.report.Configs, Config{c.key, c.file, c.version.variable, c.version.text, raised})
	}
	return w.apply(edits)
}

func (w *work) configsBefore() ([]config, error) {
	r := w.Recipe
	if w.Released != nil {
		r = w.Released.Recipe
	}
	if len(r.Compose) == 0 {
		return nil, nil
	}
	then, err := texts(r)
	if err != nil {
		return nil, err
	}
	return scopes(r, then, stack.NewCache(r, nil))[0].configs(), nil
}

func (w *work) warn(format string, args ...any) {
	w.report.Warnings = append(w.report.Warnings, fmt.Sprintf(format, args...))
}
