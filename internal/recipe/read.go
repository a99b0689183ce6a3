package recipe

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"go.yaml.in/yaml/v4"
)

// Read reads the recipe in fsys. It fails only where name is not valid or the
// folder itself cannot be read; a broken file becomes a Fault.
func Read(fsys fs.FS, name string) (*Recipe, error) { return ReadAgain(fsys, name, nil) }

// ReadAgain is Read for a recipe that was read before: compose files and a README
// with the same bytes are the same pointers as in before, which may be nil.
func ReadAgain(fsys fs.FS, name string, before *Recipe) (*Recipe, error) {
	if err := ValidName(name); err != nil {
		return nil, err
	}
	if _, err := fs.ReadDir(fsys, "."); err != nil {
		return nil, fmt.Errorf("read recipe %q: %w", name, err)
	}
	r := reader{recipe: &Recipe{Name: name, FS: fsys}, before: before}
	r.compose()
	r.env()
	r.abraSh()
	r.readme()
	r.notes()
	return r.recipe, nil
}

// reader fills one Recipe and counts what that costs.
type reader struct {
	recipe *Recipe
	before *Recipe // nil where it was not read before
	bytes  int     // read so far
	nodes  int     // YAML nodes kept so far
}

func (r *reader) fault(faults ...Fault) {
	r.recipe.Faults = append(r.recipe.Faults, faults...)
}

// file reads one file; what goes wrong, but for a missing file, is a Fault.
func (r *reader) file(path string) (data []byte, faults []Fault, exists bool) {
	if r.bytes > maxRecipeSize {
		return nil, []Fault{tooLarge(path, fmt.Sprintf("the files before it have more than %d bytes together", maxRecipeSize))}, true
	}
	data, err := ReadFile(r.recipe.FS, path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, false
	case err != nil:
		return nil, []Fault{fileFault(path, err)}, true
	}
	r.bytes += len(data)
	return data, nil, true
}

// text reads one file and records its faults; ok says whether there is text.
func (r *reader) text(path string) (data []byte, ok bool) {
	data, faults, exists := r.file(path)
	r.fault(faults...)
	return data, exists && faults == nil
}

func tooLarge(path, why string) Fault {
	return Fault{CodeRecipeTooLarge, Span{File: path}, "not read: " + why}
}

func (r *reader) compose() {
	for _, path := range r.composePaths() {
		file := r.composeFile(path)
		if file == nil {
			continue
		}
		r.recipe.Compose = append(r.recipe.Compose, file)
		r.fault(file.Faults...)
	}
	if len(r.recipe.Compose) == 0 || r.recipe.Compose[0].Path != mainFile {
		r.fault(Fault{CodeNoComposeFile, Span{File: mainFile}, "compose.yml is missing; expected the recipe's services in it"})
	}
}

func (r *reader) composeFile(path string) *ComposeFile {
	data, faults, exists := r.file(path)
	if !exists {
		return nil
	}
	if faults != nil {
		return &ComposeFile{Path: path, Faults: faults}
	}
	file := r.parseCompose(path, data)
	r.nodes += countNodes(file.Root)
	if r.nodes > maxTotalNodes {
		file = &ComposeFile{Path: path, Data: data, Faults: slices.Clip(file.Faults), text: file.text, yaml: file.yaml}
		file.fault(CodeYAMLTooLarge, Span{File: path}, fmt.Sprintf("the recipe's compose files have more than %d nodes together", maxTotalNodes))
	}
	return file
}

func (r *reader) parseCompose(path string, data []byte) *ComposeFile {
	if r.before != nil {
		for _, file := range r.before.Compose {
			if file.Path == path && file.Root != nil && bytes.Equal(file.Data, data) {
				return file
			}
		}
	}
	return ParseCompose(path, data)
}

func (r *reader) parseReadme(path string, data []byte) *Readme {
	if r.before != nil && r.before.Readme != nil && bytes.Equal(r.before.Readme.Data, data) {
		return r.before.Readme
	}
	return ParseReadme(path, data)
}

// countNodes counts the nodes that are kept in memory for n.
func countNodes(n *yaml.Node) int {
	if n == nil {
		return 0
	}
	count := 1
	for _, child := range n.Content {
		count += countNodes(child)
	}
	return count
}

func (r *reader) env() {
	const path = ".env.sample"
	if data, ok := r.text(path); ok {
		r.recipe.EnvSample = ParseEnv(path, data)
		r.fault(r.recipe.EnvSample.Faults...)
	}
}

func (r *reader) abraSh() {
	const path = "abra.sh"
	if data, ok := r.text(path); ok {
		r.recipe.AbraSh = ParseAbraSh(path, data)
		r.fault(r.recipe.AbraSh.Faults...)
	}
}

func (r *reader) readme() {
	const path = "README.md"
	if data, ok := r.text(path); ok {
		r.recipe.Readme = r.parseReadme(path, data)
		r.fault(r.recipe.Readme.Faults...)
	}
}
