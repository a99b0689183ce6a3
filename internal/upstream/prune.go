package upstream

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// What the cache may hold. The times are of the last use, give or take pruneEvery.
const (
	maxUnused   = 90 * 24 * time.Hour
	maxCache    = 128 << 20 // bytes
	pruneEvery  = 24 * time.Hour
	maxUnwanted = time.Hour // of a file that nobody finished writing
)

const pruneMark = "pruned" // its time is that of the last pruning

// prune removes what nobody used for long, then the least recently used until enough is
// gone. Of several processes the first does it; that another may replace a file at the
// same time costs one more question at worst.
func (c Cache) prune() {
	mark := filepath.Join(c.Dir, pruneMark)
	now := c.now()
	if info, err := os.Stat(mark); err == nil && now.Sub(info.ModTime()).Abs() < pruneEvery {
		return
	}
	if replaceFile(mark, nil) != nil || os.Chtimes(mark, now, now) != nil {
		return // the folder cannot be written
	}
	total := int64(0)
	files := c.files()
	for _, file := range files {
		total += file.size
	}
	for _, file := range files { // oldest first
		if file.isStale(now) || total > maxCache {
			total -= file.size
			file.remove()
		}
	}
}

// cached is one file of the cache, also one that is half written.
type cached struct {
	path string
	size int64
	used time.Time
}

// ours tells the cache's files from any others: nobody shall lose theirs who names a
// folder of their own as the cache.
var ours = regexp.MustCompile(`^[0-9a-f]{62}\.json$|^\.new-[0-9]+$`)

// files are those of the cache, the least recently used first.
func (c Cache) files() []cached {
	var found []cached
	names, _ := fs.Glob(os.DirFS(c.Dir), "[0-9a-f][0-9a-f]/*") // the pattern is well formed
	for _, name := range names {
		path := filepath.Join(c.Dir, filepath.FromSlash(name))
		info, err := os.Lstat(path)
		if err == nil && info.Mode().IsRegular() && ours.MatchString(filepath.Base(path)) {
			found = append(found, cached{path, info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(found, func(a, b cached) int { return a.used.Compare(b.used) })
	return found
}

// remove spares a file that somebody used or replaced in the meantime.
func (f cached) remove() {
	if info, err := os.Lstat(f.path); err == nil && info.ModTime().Equal(f.used) {
		_ = os.Remove(f.path) // else it is tried again tomorrow
	}
}

func (f cached) isStale(now time.Time) bool {
	limit := maxUnused
	if filepath.Ext(f.path) != ".json" {
		limit = maxUnwanted
	}
	return now.Sub(f.used) > limit
}
