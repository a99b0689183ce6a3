package catalogue

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Bounds of what is read from a folder, in bytes.
const (
	MaxIndexSize  = 256 << 20 // recipes.json or v2/index.json
	MaxRecipeSize = 64 << 20  // one v2/recipes/NAME.json
)

// A catalogue may be published into the folder while it is read: the files of
// the recipes come first, the index that vouches for them last.
const (
	readAttempts = 20
	readPause    = 100 * time.Millisecond
)

// errChanged means that a recipe's file is not the one that the index means.
var errChanged = errors.New("the catalogue is being rewritten, or its files were changed by hand; publish it again")

// ReadDir reads the catalogue in a folder: v2 where it is there, else a plain
// recipes.json. It follows no symlink out of the folder. Every file of v2 must
// have the hash that the index gives; where one has not, ReadDir waits up to
// two seconds for whoever is publishing.
func ReadDir(dir string) (Catalogue, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Catalogue{}, fmt.Errorf("catalogue: %w", err)
	}
	defer root.Close()
	for attempt := 1; ; attempt++ {
		c, err := read(root.FS())
		if err == nil {
			return c, nil
		}
		if attempt == readAttempts || !errors.Is(err, errChanged) {
			return Catalogue{}, fmt.Errorf("catalogue %s: %w", dir, err)
		}
		time.Sleep(readPause)
	}
}

func read(fsys fs.FS) (Catalogue, error) {
	data, err := ReadFile(fsys, "v2/index.json", MaxIndexSize)
	if errors.Is(err, fs.ErrNotExist) {
		return readPlain(fsys)
	}
	if err != nil {
		return Catalogue{}, err
	}
	index, err := DecodeIndex(data)
	if err != nil {
		return Catalogue{}, err
	}
	c := Catalogue{GeneratedAt: index.GeneratedAt, Recipes: []Recipe{}}
	for _, summary := range index.Recipes {
		r, err := readRecipe(fsys, summary)
		if err != nil {
			return Catalogue{}, err
		}
		c.Recipes = append(c.Recipes, r)
	}
	return c, nil
}

func readRecipe(fsys fs.FS, s Summary) (Recipe, error) {
	data, err := ReadFile(fsys, "v2/recipes/"+s.Name+".json", MaxRecipeSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Recipe{}, fmt.Errorf("%w: %w", err, errChanged)
	}
	if err != nil {
		return Recipe{}, err
	}
	if err := s.Verify(data); err != nil {
		return Recipe{}, fmt.Errorf("%w: %w", err, errChanged)
	}
	r, err := DecodeRecipe(data)
	if err != nil {
		return Recipe{}, fmt.Errorf("v2/recipes/%s.json: %w", s.Name, err)
	}
	if r.Name != s.Name {
		return Recipe{}, fmt.Errorf("v2/recipes/%s.json: it holds recipe %q", s.Name, r.Name)
	}
	return r, nil
}

func readPlain(fsys fs.FS) (Catalogue, error) {
	data, err := ReadFile(fsys, "recipes.json", MaxIndexSize)
	if errors.Is(err, fs.ErrNotExist) {
		return Catalogue{}, fmt.Errorf("neither v2/index.json nor recipes.json is there: %w", err)
	}
	if err != nil {
		return Catalogue{}, err
	}
	return DecodePlain(data)
}

// ReadFile reads a file of at most limit bytes. It refuses what is larger rather
// than reading half of it, and what is no regular file before opening it: a pipe
// would block.
func ReadFile(fsys fs.FS, name string, limit int64) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file", name)
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, limit)
	}
	return data, nil
}
