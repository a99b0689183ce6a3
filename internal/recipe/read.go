package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Note is a release note, release/<version>.
type Note struct {
	Version string // file name: a version or "next"
	Path    string
	Text    string
}

// Read reads the recipe in fsys. It fails only where name is not valid or the
// folder itself cannot be read; a broken file becomes a Fault.
func Read(fsys fs.FS, name string) (*Recipe, error) {
	if err := ValidName(name); err != nil {
		return nil, err
	}
	if _, err := fs.ReadDir(fsys, "."); err != nil {
		return nil, fmt.Errorf("read recipe %q: %w", name, err)
	}
	r := reader{recipe: &Recipe{Name: name, FS: fsys}}
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
	bytes  int // read so far
	nodes  int // YAML nodes kept so far
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
	if len(r.recipe.Compose) == 0 || r.recipe.Compose[0].Path != "compose.yml" {
		r.fault(Fault{CodeNoComposeFile, Span{File: "compose.yml"}, "compose.yml is missing; expected the recipe's services in it"})
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
	file := ParseCompose(path, data)
	r.nodes += countNodes(file.Root)
	if r.nodes > maxTotalNodes {
		file.Root = nil
		file.fault(CodeYAMLTooLarge, Span{File: path}, fmt.Sprintf("the recipe's compose files have more than %d nodes together", maxTotalNodes))
	}
	return file
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

// composePaths lists the compose files, compose.yml first, then by path.
func (r *reader) composePaths() []string {
	var paths []string
	entries := 0
	err := fs.WalkDir(r.recipe.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			r.fault(fileFault(name, fmt.Errorf("%q: %w", name, err)))
			return nil
		}
		if entries++; entries > maxEntries {
			return errTooMany
		}
		if entry.IsDir() {
			return r.enter(name, entry)
		}
		if isComposeName(entry.Name()) {
			paths = append(paths, name)
		}
		return nil
	})
	if err != nil {
		r.fault(tooLarge(".", fmt.Sprintf("the recipe has more than %d files and folders; some compose files may be missing", maxEntries)))
	}
	slices.SortFunc(paths, func(a, b string) int {
		if a == "compose.yml" || b == "compose.yml" {
			return compareFirst(a == "compose.yml", b == "compose.yml")
		}
		return strings.Compare(a, b)
	})
	return paths
}

var errTooMany = errors.New("too many files")

// enter says whether a folder is searched for compose files.
func (r *reader) enter(name string, entry fs.DirEntry) error {
	if entry.Name() == ".git" {
		return fs.SkipDir
	}
	if strings.Count(name, "/") >= maxDepth {
		r.fault(tooLarge(name, fmt.Sprintf("folders are deeper than %d", maxDepth)))
		return fs.SkipDir
	}
	return nil
}

// isComposeName tells compose*.yml and compose*.yaml, as abra globs, from other
// files.
func isComposeName(name string) bool {
	ext := path.Ext(name)
	return strings.HasPrefix(name, "compose") && (ext == ".yml" || ext == ".yaml")
}

func compareFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (r *reader) env() {
	const path = ".env.sample"
	data, faults, exists := r.file(path)
	r.fault(faults...)
	if exists && faults == nil {
		r.recipe.EnvSample = ParseEnv(path, data)
		r.fault(r.recipe.EnvSample.Faults...)
	}
}

func (r *reader) abraSh() {
	const path = "abra.sh"
	data, faults, exists := r.file(path)
	r.fault(faults...)
	if exists && faults == nil {
		r.recipe.AbraSh = ParseAbraSh(path, data)
		r.fault(r.recipe.AbraSh.Faults...)
	}
}

func (r *reader) readme() {
	const path = "README.md"
	data, faults, exists := r.file(path)
	r.fault(faults...)
	if exists && faults == nil {
		r.recipe.Readme = ParseReadme(path, data)
		r.fault(r.recipe.Readme.Faults...)
	}
}

// notes reads release/*, but for hidden files: the template ships .git-keep-me.
func (r *reader) notes() {
	entries, err := r.noteEntries()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return
	case err != nil:
		r.fault(fileFault("release", fmt.Errorf("%q: %w", "release", err)))
	case len(entries) > maxNotes:
		r.fault(tooLarge("release", fmt.Sprintf("there are more than %d release notes", maxNotes)))
		entries = entries[:maxNotes]
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), ".") && !entry.IsDir() {
			r.note(entry.Name())
		}
	}
}

// noteEntries lists the folder release.
func (r *reader) noteEntries() ([]fs.DirEntry, error) {
	info, err := fs.Lstat(r.recipe.FS, "release")
	switch {
	case err != nil:
		return nil, err
	case info.Mode().Type() == fs.ModeSymlink:
		return nil, ErrSymlink
	case !info.IsDir():
		return nil, fs.ErrNotExist // a script of that name, perhaps
	}
	return fs.ReadDir(r.recipe.FS, "release")
}

func (r *reader) note(version string) {
	file := "release/" + version
	data, faults, exists := r.file(file)
	r.fault(faults...)
	if exists && faults == nil {
		r.recipe.Notes = append(r.recipe.Notes, Note{version, file, string(data)})
	}
}
