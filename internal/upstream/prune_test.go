package upstream_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coopcloud.tech/catalogue/internal/upstream"
)

const day = 24 * time.Hour

// cacheOf is a cache whose clock the test moves.
func cacheOf(t *testing.T) (cache upstream.Cache, later func(time.Duration)) {
	now := time.Now()
	return upstream.Cache{Dir: t.TempDir(), Now: func() time.Time { return now }}, func(d time.Duration) { now = now.Add(d) }
}

func has(cache upstream.Cache, question string) bool {
	var answer string
	_, ok := cache.Get(question, &answer)
	return ok
}

func TestPruneByAge(t *testing.T) {
	cache, later := cacheOf(t)
	foreign := filepath.Join(cache.Dir, "aa", "mine.json")
	half := filepath.Join(cache.Dir, "aa", ".new-123")
	for _, path := range []string{foreign, half} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cache.Put("used", "x")
	cache.Put("unused", "x")
	later(60 * day)
	if !has(cache, "used") {
		t.Error("gone before its time")
	}
	later(60 * day)
	cache.Put("new", "x")
	for question, want := range map[string]bool{"used": true, "unused": false, "new": true} {
		if has(cache, question) != want {
			t.Errorf("%s: there %t", question, !want)
		}
	}
	if _, err := os.Stat(foreign); err != nil {
		t.Errorf("a file that is not the cache's: %v", err)
	}
	if _, err := os.Stat(half); err == nil {
		t.Error("a file that nobody finished is still there")
	}
}

// The least recently used go, and no more than need be.
func TestPruneBySize(t *testing.T) {
	cache, later := cacheOf(t)
	text := strings.Repeat("x", 1<<20-200)
	for i := range 130 {
		cache.Put(fmt.Sprint(i), text)
		later(time.Minute)
	}
	later(2 * day)
	for i := range 64 { // use the older half
		has(cache, fmt.Sprint(i))
	}
	later(2 * day)
	cache.Put("last", "x")
	size := int64(0)
	_ = filepath.Walk(cache.Dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return err
	})
	if size > 128<<20 || size < 126<<20 {
		t.Errorf("%d bytes are left", size)
	}
	if !has(cache, "0") || !has(cache, "last") || has(cache, "64") {
		t.Error("the wrong ones are gone")
	}
}

// Many processes may read, write and prune one folder: an answer is there as it was
// given, or not at all.
func TestPruneSideBySide(t *testing.T) {
	dir := t.TempDir()
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			now := time.Now()
			cache := upstream.Cache{Dir: dir, Now: func() time.Time { return now }}
			for i := range 50 {
				now = now.Add(time.Duration(worker*10) * day)
				question := fmt.Sprint(i % 5)
				cache.Put(question, question)
				var answer string
				if _, ok := cache.Get(question, &answer); ok && answer != question {
					t.Errorf("asked %s, answered %s", question, answer)
				}
			}
		})
	}
	group.Wait()
}
