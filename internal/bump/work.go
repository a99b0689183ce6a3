package bump

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"coopcloud.tech/catalogue/internal/edit"
	"coopcloud.tech/catalogue/internal/overlay"
	"coopcloud.tech/catalogue/internal/recipe"
	"coopcloud.tech/catalogue/internal/stack"
)

// work is a job whose files change one step after another.
type work struct {
	*job
	files   map[string][]byte // changed so far
	removed []string
	report  Report
	wanted  []string // references, one for each use
}

// text is a file as it is so far; nil where there is none.
func (w *work) text(file string) ([]byte, error) {
	if data, ok := w.files[file]; ok {
		return data, nil
	}
	return w.original(file)
}

func (w *work) original(file string) ([]byte, error) {
	data, err := recipe.ReadFile(w.Recipe.FS, file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// apply makes edits of the files as they are so far.
func (w *work) apply(edits []edit.Edit) error {
	byFile := map[string][]edit.Edit{}
	for _, e := range edits {
		byFile[e.File] = append(byFile[e.File], e)
	}
	for file, list := range byFile {
		before, err := w.text(file)
		if err != nil {
			return err
		}
		if w.files[file], err = edit.Apply(before, list); err != nil {
			return err
		}
	}
	return nil
}

// read is the recipe with the files as they are so far.
func (w *work) read() (*recipe.Recipe, error) {
	return recipe.ReadAgain(overlay.FS{Base: w.Recipe.FS, Files: w.files}, w.Recipe.Name, w.Recipe)
}

// scope is the recipe as it is so far, in the env of a new app.
func (w *work) scope() (*scope, error) {
	r, err := w.read()
	if err != nil {
		return nil, err
	}
	now, err := texts(r)
	if err != nil {
		return nil, err
	}
	return scopes(r, now, stack.NewCache(r, nil))[0], nil
}

// verify reads the changed recipe and compares: every image has to be the one that
// was meant, those that stay too, and the version as well.
func (w *work) verify() error {
	r, err := w.read()
	if err == nil {
		err = readable(r)
	}
	if err != nil {
		return fmt.Errorf("nothing was changed, since the recipe would not be readable: %w", err)
	}
	now, err := texts(r)
	if err != nil {
		return err
	}
	all := scopes(r, now, stack.NewCache(r, nil))
	found := uses(all)
	if len(found) != len(w.wanted) {
		return fmt.Errorf("nothing was changed, since the recipe would have %d images in place of %d", len(found), len(w.wanted))
	}
	for i, u := range found {
		if u.ref != w.wanted[i] || u.service != w.uses[i].service {
			return fmt.Errorf("%s:%d: nothing was changed, since service %s would get %q in place of %q",
				u.span.File, u.span.Line, u.service, u.ref, w.wanted[i])
		}
	}
	if v := w.report.Version; v != nil && v.New != "" {
		if got, _ := all[0].enabled().Version(); got != v.New {
			return fmt.Errorf("nothing was changed, since the version label would say %q in place of %q", got, v.New)
		}
	}
	return nil
}

// enabled is the stack that .env.sample chooses.
func (s *scope) enabled() *stack.Stack { return s.cache.Load(s.env, s.env.Files()) }

func (w *work) outcome() (Outcome, error) {
	o := Outcome{Report: w.report}
	for _, file := range slices.Sorted(maps.Keys(w.files)) {
		before, err := w.original(file)
		if err != nil {
			return Outcome{}, err
		}
		if before == nil || string(before) != string(w.files[file]) {
			o.Changes = append(o.Changes, edit.Change{File: file, Before: before, After: w.files[file]})
		}
	}
	for _, file := range w.removed {
		before, err := w.original(file)
		if err != nil {
			return Outcome{}, err
		}
		o.Changes = append(o.Changes, edit.Change{File: file, Before: before, Remove: true})
	}
	for _, c := range o.Changes {
		o.Report.Files = append(o.Report.Files, c.File)
	}
	return o, nil
}
