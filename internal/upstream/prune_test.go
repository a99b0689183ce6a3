package upstream_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
	cache.Put("unused", "x")
	cache.Put("used", "x")
	later(10 * day)
	fill(t, cache, 130) // of 1 MiB each
	if !has(cache, "used") {
		t.Fatal("gone before its time")
	}
	later(2 * day)
	cache.Put("last", "x")
	if has(cache, "unused") || !has(cache, "used") || !has(cache, "last") {
		t.Error("the wrong ones are gone")
	}
	left, err := filepath.Glob(filepath.Join(cache.Dir, "ab", "*"))
	if err != nil || len(left) != 127 || filepath.Base(left[0]) != fmt.Sprintf("%062x.json", 3) {
		t.Errorf("%d are left, the first %.1q; %v", len(left), left, err)
	}
}

// fill puts files into the cache, one a minute, the first one a day ago.
func fill(t *testing.T, cache upstream.Cache, count int) {
	t.Helper()
	dir := filepath.Join(cache.Dir, "ab")
	err := os.MkdirAll(dir, 0o700)
	for i := range count {
		path := filepath.Join(dir, fmt.Sprintf("%062x.json", i))
		used := cache.Now().Add(-day + time.Duration(i)*time.Minute)
		err = errors.Join(err, os.WriteFile(path, nil, 0o600), os.Truncate(path, 1<<20), os.Chtimes(path, used, used))
	}
	if err != nil {
		t.Fatal(err)
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
