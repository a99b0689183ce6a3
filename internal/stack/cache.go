package stack

import (
	"bytes"
	"slices"
	"sync"

	"coopcloud.tech/catalogue/internal/recipe"
)

// Cache loads stacks of one recipe that differ in their files or in their env.
// It reads each file once for all of them that answer alike what the file asks
// of the env. Several goroutines may use it. Its stacks share what they hold and
// are for reading only.
type Cache struct {
	recipe *recipe.Recipe

	mu       sync.Mutex
	files    map[string]*cachedFile // by path
	contents map[string]content     // of the files that the compose files name
}

// NewCache makes a cache for the recipe. From the cache of an earlier state of
// the same recipe, which may be nil, it takes what was read of the compose files
// that r holds unchanged, which is to say the same pointers.
func NewCache(r *recipe.Recipe, before *Cache) *Cache {
	c := &Cache{recipe: r, files: map[string]*cachedFile{}, contents: map[string]content{}}
	if before == nil {
		return c
	}
	for _, file := range r.Compose {
		if known := before.known(file.Path); known != nil && known.file == file {
			c.files[file.Path] = known
		}
	}
	return c
}

// Load merges the named files of the recipe (all paths must be files of its FS)
// and types the result. Faults become diagnostics; the stack holds whatever could
// be understood.
func (c *Cache) Load(env Env, files []string) *Stack {
	l := newLoader(c, env, files)
	for _, name := range files {
		l.add(name)
	}
	return l.finish()
}

func (c *Cache) known(path string) *cachedFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.files[path]
}

// file is the recipe's own reading of a file, or reads the file.
func (c *Cache) file(path string) *cachedFile {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.files[path]; known != nil {
		return known
	}
	file := &cachedFile{}
	at := slices.IndexFunc(c.recipe.Compose, func(f *recipe.ComposeFile) bool { return f.Path == path })
	if at >= 0 {
		file.file = c.recipe.Compose[at]
	} else if data, err := recipe.ReadFile(c.recipe.FS, path); err != nil {
		file.err = err
	} else {
		file.file = recipe.ParseCompose(path, data)
	}
	c.files[path] = file
	return file
}

// content is what reading a file gave.
type content struct {
	path string
	data []byte
	err  error
}

func (c content) equal(other content) bool {
	if c.err != nil || other.err != nil {
		return c.err != nil && other.err != nil && c.err.Error() == other.err.Error()
	}
	return bytes.Equal(c.data, other.data)
}

func (c *Cache) content(path string) content {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.contents[path]
	if !ok {
		known.path = path
		known.data, known.err = recipe.ReadFile(c.recipe.FS, path)
		c.contents[path] = known
	}
	return known
}

// maxReadings bounds what is kept of one file. The stacks of a lint run need two.
const maxReadings = 8

// cachedFile is one compose file with its readings in several envs.
type cachedFile struct {
	file *recipe.ComposeFile
	err  error // why there is no file

	mu       sync.Mutex
	readings []*reading // the last used first
}

// reading returns what the file says to the loader's stack.
func (f *cachedFile) reading(l *loader) *reading {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := slices.IndexFunc(f.readings, func(r *reading) bool { return l.accepts(&r.terms) })
	var found *reading
	switch {
	case at >= 0:
		found = f.readings[at]
		f.readings = slices.Delete(f.readings, at, at+1)
	default:
		found = l.read(f.file)
		if found.exhausted {
			return found // another stack may have more left
		}
	}
	f.readings = slices.Insert(f.readings, 0, found)
	f.readings = f.readings[:min(len(f.readings), maxReadings)]
	return found
}
