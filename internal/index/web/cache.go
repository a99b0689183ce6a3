package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"

	"coopcloud.tech/catalogue/internal/catalogue"
)

const (
	maxFile   = 256 << 20 // bytes that are read of one file
	maxCached = 512 << 20 // bytes that are kept of all files together
	minGzip   = 256       // bytes from which compressing is worth it
)

// cache keeps the files of the published folder in memory. Each request asks
// the file system whether the file is still the same, which costs a microsecond,
// so that what is published is served at once.
type cache struct {
	dir   string
	mu    sync.RWMutex
	files map[string]*entry
	size  int64
}

func newCache(dir string) *cache { return &cache{dir: dir, files: map[string]*entry{}} }

// entry is one file as it was when it was read.
type entry struct {
	info         fs.FileInfo
	body         []byte
	etag         string
	gzipETag     string
	contentType  string
	modified     string // time of the last change, as a header
	compressible bool
	gzip         func() []byte // compresses once; nil where that gains nothing
}

// same reports whether info is of the file that was read: publish replaces
// files, so another one is another inode, even within the same tick of the clock.
func (e *entry) same(info fs.FileInfo) bool {
	return os.SameFile(e.info, info) && e.info.ModTime().Equal(info.ModTime()) && e.info.Size() == info.Size()
}

// get returns the file called name, a valid path. It is errNotFound where that
// is not a regular file inside the folder.
func (c *cache) get(name string) (*entry, error) {
	info, err := os.Stat(filepath.Join(c.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, missing(err)
	}
	c.mu.RLock()
	kept := c.files[name]
	c.mu.RUnlock()
	if kept != nil && kept.same(info) {
		return kept, nil
	}
	fresh, err := c.read(name)
	if err != nil {
		return nil, missing(err)
	}
	c.keep(name, fresh)
	return fresh, nil
}

// read opens the file through an os.Root: a symlink that leads out of the
// folder is not followed, whatever the check before it saw.
func (c *cache) read(name string) (*entry, error) {
	root, err := os.OpenRoot(c.dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w", name, errNotFound)
	}
	file, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err = file.Stat(); err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxFile {
		return nil, fmt.Errorf("%s: larger than %d bytes", name, maxFile)
	}
	return newEntry(name, info, body), nil
}

func newEntry(name string, info fs.FileInfo, body []byte) *entry {
	kind, compressible := contentType(name)
	hash := fmt.Sprintf("%.16x", sha256.Sum256(body))
	return &entry{
		info: info, body: body,
		etag: `"` + hash + `"`, gzipETag: `"` + hash + `-gzip"`,
		contentType: kind, modified: info.ModTime().UTC().Format(http.TimeFormat),
		compressible: compressible && len(body) >= minGzip,
		gzip:         sync.OnceValue(func() []byte { return compress(body) }),
	}
}

// keep forgets everything where the new file does not fit any more; what is
// asked for comes back.
func (c *cache) keep(name string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.files[name]; old != nil {
		c.size -= int64(len(old.body))
	}
	if c.size+int64(len(e.body)) > maxCached {
		c.files, c.size = map[string]*entry{}, 0
	}
	c.files[name] = e
	c.size += int64(len(e.body))
}

// contentType names only what publish writes; anything else is not shown by a
// browser.
func contentType(name string) (kind string, compressible bool) {
	if name == catalogue.ManifestPath {
		return "text/plain; charset=utf-8", true
	}
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8", true
	case ".json":
		return "application/json", true
	case ".css":
		return "text/css; charset=utf-8", true
	case ".js":
		return "text/javascript; charset=utf-8", true
	case ".svg":
		return "image/svg+xml", true
	default:
		return "application/octet-stream", false
	}
}

func compress(body []byte) []byte {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, err := writer.Write(body)
	if errors.Join(err, writer.Close()) != nil || out.Len() >= len(body) {
		return nil
	}
	return out.Bytes()
}

// missing makes errNotFound of what means that there is no such file to serve.
func missing(err error) error {
	var escape *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.ENAMETOOLONG),
		errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ELOOP):
		return errNotFound
	case errors.As(err, &escape) && escape.Err.Error() == "path escapes from parent":
		return errNotFound
	default:
		return err
	}
}
