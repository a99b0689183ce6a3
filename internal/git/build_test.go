package git_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"coopcloud.tech/catalogue/internal/git"
	"coopcloud.tech/catalogue/internal/git/gittest"
)

func TestBuild(t *testing.T) {
	day := time.Date(2025, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	first := fstest.MapFS{
		"compose.yml": {Data: []byte("services: {}\n")}, "run.sh": {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		"a/b": {Data: []byte("x")}, "a-b": {Data: []byte("x")}, "a.b": {Data: []byte("x")}, "empty/folder": {Mode: fs.ModeDir},
		"link": {Data: []byte("a/b"), Mode: fs.ModeSymlink},
	}
	second := fstest.MapFS{"compose.yml": {Data: []byte("services: {app: {}}\n")}}
	versions := []git.Snapshot{
		{Files: first, Version: "1.0.0+1.0", Date: day},
		{Files: second, Version: "1.1.0+1.1", Date: day.AddDate(0, 1, 0), Message: "better", Author: "Ada", Email: "ada@example.org"},
		{Files: second, Version: "light", Date: day.AddDate(0, 2, 0), Lightweight: true},
		{Files: first, Message: "work in progress"},
	}
	root := t.TempDir()
	dir := filepath.Join(root, "deep", "app.git")
	if err := git.Build(dir, versions); err != nil {
		t.Fatal(err)
	}
	onlyChild(t, dir)
	if faults := gittest.Git(t, dir, "fsck", "--full", "--strict"); faults != "" {
		t.Fatal(faults)
	}
	if got := gittest.Git(t, dir, "log", "--format=%s %an %aI", "1.1.0+1.1"); got != "better Ada 2025-04-01T11:00:00+00:00\nchore: publish 1.0.0+1.0 release Co-op Cloud 2025-03-01T11:00:00+00:00" {
		t.Error(got)
	}
	if got := gittest.Git(t, dir, "cat-file", "-t", "1.0.0+1.0") + gittest.Git(t, dir, "cat-file", "-t", "light"); got != "tagcommit" {
		t.Error(got)
	}
	if got := gittest.Git(t, dir, "ls-tree", "-r", "--format=%(objectmode) %(path)", "1.0.0+1.0"); got !=
		"100644 a-b\n100644 a.b\n100644 a/b\n100644 compose.yml\n120000 link\n100755 run.sh" {
		t.Error(got)
	}
	if branch, head, err := open(t, dir).Head(); branch != "main" || err != nil || head != gittest.Git(t, dir, "rev-parse", "main") {
		t.Errorf("%s %s %v", branch, head, err)
	}

	again := filepath.Join(root, "again.git")
	if err := git.Build(again, versions); err != nil {
		t.Fatal(err)
	}
	if gittest.Git(t, dir, "show-ref", "-d") != gittest.Git(t, again, "show-ref", "-d") {
		t.Error("the same versions give other hashes")
	}
	repo, _ := mirror(t, gittest.Serve(t, root)+"/again.git", filepath.Join(t.TempDir(), "m.git"))
	if len(tagNames(t, repo)) != 3 {
		t.Error(tagNames(t, repo))
	}
}

func TestBuildMakesAllOrNothing(t *testing.T) {
	good := fstest.MapFS{"compose.yml": {Data: []byte("x")}}
	for name, versions := range map[string][]git.Snapshot{
		"a bad tag":    {{Files: good, Version: "1"}, {Files: good, Version: "a..b"}},
		"a bad name":   {{Files: fstest.MapFS{".git/config": {Data: []byte("x")}}, Version: "1"}},
		"a device":     {{Files: fstest.MapFS{"null": {Mode: fs.ModeDevice}}, Version: "1"}},
		"no such file": {{Files: os.DirFS(filepath.Join(t.TempDir(), "gone")), Version: "1"}},
	} {
		dir := filepath.Join(t.TempDir(), "app.git")
		if err := git.Build(dir, versions); err == nil {
			t.Errorf("%s: built", name)
		}
		if entries, _ := os.ReadDir(filepath.Dir(dir)); len(entries) != 0 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
	dir := t.TempDir()
	if err := git.Build(dir, []git.Snapshot{{Files: good, Version: "1"}}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
}

func TestBuildWithoutVersions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "app.git")
	if err := git.Build(dir, nil); err != nil {
		t.Fatal(err)
	}
	if branch, _, err := open(t, dir).Head(); branch != "main" || !errors.Is(err, git.ErrNoCommit) {
		t.Errorf("%q %v", branch, err)
	}
}
